"""A section of params.yaml as the model of its stage, with errors that say what to change."""

from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from stages.parameters import near


def check_params(module: ModuleType, stage: str, section: Any, corpus: str = "") -> Any:
    """The resolved section as the `Params` of the stage's module, or ValueError, key by key."""
    try:
        params = module.Params.model_validate(section)
        faults = list(_not_numbers(section, params))
        cause = None
    except ValidationError as error:
        faults = [_fault(module.Params, stage, dict(fault)) for fault in error.errors()]
        cause = error
    if faults:
        place = f"'{stage}' or 'corpora.{corpus}.{stage}'" if corpus else f"'{stage}'"
        raise ValueError(f"params.yaml, section {place}: {'; '.join(faults)}") from cause
    return params


def _not_numbers(given: Any, taken: Any, key: str = "") -> Iterator[str]:
    """Faults for true and false that were taken for a number, which Pydantic allows."""
    if isinstance(given, bool) and not isinstance(taken, bool):
        yield f"key '{key}' is {str(given).lower()}: give a number"
    elif isinstance(given, dict):
        for name, value in given.items():
            inner = taken.get(name) if isinstance(taken, dict) else getattr(taken, str(name), None)
            yield from _not_numbers(value, inner, f"{key}.{name}".strip("."))
    elif isinstance(given, list) and isinstance(taken, list | tuple):
        for place, (value, inner) in enumerate(zip(given, taken, strict=True)):
            yield from _not_numbers(value, inner, f"{key}.{place}")


def _fault(model: type[BaseModel], stage: str, fault: dict[str, Any]) -> str:
    path, owners = _followed(model, fault["loc"])
    key = f"key '{'.'.join(path) or stage}'"
    if fault["type"] == "missing":
        return f"{key} is missing: add it"
    if fault["type"] == "extra_forbidden":
        return f"{key} is not known{near(path[-1], [n for o in owners for n in o.model_fields])}"
    return f"{key} is {fault['input']!r}: {fault['msg']}"


def _followed(
    model: type[BaseModel], loc: Sequence[int | str]
) -> tuple[list[str], list[type[BaseModel]]]:
    """The keys that lead to a fault, and the models that may hold the last of them.

    Between the keys Pydantic puts the kind of a chosen alternative, which params.yaml does not.
    """
    path: list[str] = []
    inner = owners = [model]
    for part in map(str, loc):
        of_kind = [m for m in inner if part in get_args(_annotation(m, "kind"))]
        if of_kind and len(inner) > 1:
            inner = of_kind
            continue
        path.append(part)
        if not part.isdigit():
            owners = inner
            inner = [found for m in inner for found in _models(_annotation(m, part))]
    return path, owners


def _annotation(model: type[BaseModel], key: str) -> Any:
    return model.model_fields[key].annotation if key in model.model_fields else None


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models in an annotation, those of unions and lists too."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)

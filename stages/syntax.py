"""One file of Python by its syntax tree: what it imports, its strings, a digest of its meaning.

The digest leaves out comments, docstrings and positions: only a change of what is computed changes
it. An import inside `match x.kind:` and `case "name":` counts for the runs whose parameters name
that kind, so that a change in one alternative concerns only the runs that chose it. One under
`if TYPE_CHECKING:` counts for none.
"""

import ast
import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_MEANINGLESS = {"ctx", "kind", "type_comment"}  # fields; `kind` is the prefix u of a string


@dataclass(frozen=True)
class Import:
    """`from a.b import c` is the name a.b.c; `arms` are the kinds of the `case`s around it."""

    name: str
    arms: tuple[frozenset[str], ...] = ()

    def counts(self, kinds: Collection[str] | None) -> bool:
        """Whether a run of these kinds follows it; None stands for all kinds."""
        return kinds is None or all(arm.intersection(kinds) for arm in self.arms)


@dataclass(frozen=True)
class Module:
    """One file of Python."""

    tree: ast.Module

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """What it imports at run time, wherever in it."""
        return tuple(_imports(self.tree.body, ()))

    @cached_property
    def strings(self) -> tuple[str, ...]:
        """Its string constants, without docstrings."""
        return tuple(_strings(self.tree))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what it says, the same on every version of Python."""
        text: list[str] = []
        _write(self.tree, text)
        return hashlib.sha256("".join(text).encode()).hexdigest()


def _imports(nodes: Iterable[ast.AST], arms: tuple[frozenset[str], ...]) -> Iterator[Import]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, arms) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            yield from (Import(f"{origin}.{alias.name}", arms) for alias in node.names)
        elif isinstance(node, ast.If) and _is_type_checking(node.test):
            yield from _imports(node.orelse, arms)
        elif isinstance(node, ast.Match) and _is_kind(node.subject):
            for case in node.cases:
                kinds = _kinds(case.pattern)
                yield from _imports(case.body, (*arms, kinds) if kinds else arms)
        elif not isinstance(node, ast.expr):  # no statement stands inside an expression
            yield from _imports(ast.iter_child_nodes(node), arms)


def _is_type_checking(test: ast.expr) -> bool:
    return "TYPE_CHECKING" in (getattr(test, "id", None), getattr(test, "attr", None))


def _is_kind(subject: ast.expr) -> bool:
    return "kind" in (getattr(subject, "id", None), getattr(subject, "attr", None))


def _kinds(pattern: ast.pattern) -> frozenset[str] | None:
    """The literals of `case "a"` or `case "a" | "b"`; None for any other pattern."""
    if isinstance(pattern, ast.MatchValue) and isinstance(pattern.value, ast.Constant):
        return frozenset({str(pattern.value.value)})
    if isinstance(pattern, ast.MatchOr):
        several = [_kinds(part) for part in pattern.patterns]
        return frozenset().union(*(kinds or () for kinds in several)) if all(several) else None
    return None


def _strings(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        if not _is_docstring(child):
            yield from _strings(child)


def _is_docstring(node: object) -> bool:
    """Or any other string that stands alone."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _write(node: object, text: list[str]) -> None:
    """Append a syntax tree as text: names of nodes and of their fields that are not empty."""
    if isinstance(node, ast.AST):
        text.append(f"{type(node).__name__}(")
        for name in sorted(set(node._fields) - _MEANINGLESS):
            value: Any = getattr(node, name, None)
            if isinstance(value, list):
                value = [item for item in value if not _is_docstring(item)]
            if value is not None and value != []:
                text.append(f"{name}=")
                _write(value, text)
        text.append(")")
    elif isinstance(node, list):
        text.append("[")
        for item in node:
            _write(item, text)
            text.append(",")
        text.append("]")
    else:
        text.append(ascii(node))  # repr would depend on the interpreter's table of Unicode

"""A second device, for machines that have none: tensors that claim to lie there, and keep apart.

In truth they are of the processor, so all that depends on values goes on as ever. But what combines
one of them with a tensor of the processor raises, as a GPU does; only a single number may come from
there. An index must lie with what it picks from, too: a GPU would fetch it, and wait each time.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode, return_and_correct_aliasing
from torch.utils._pytree import tree_leaves, tree_map_only

ELSEWHERE = torch.device("meta")
"""The second device. It has this name because PyTorch asks for no vendor's library to find it."""

_PROCESSOR = torch.device("cpu")
_COPY, _MOVE = torch.ops.aten.copy_.default, torch.ops.aten._to_copy.default


@contextmanager
def second_device() -> Iterator[None]:
    """A block in which ELSEWHERE is a device like any other."""
    autocast: Any = torch.autocast

    def cast(device_type: str, *arguments: Any, **options: Any) -> Any:
        there = device_type == ELSEWHERE.type
        return nullcontext() if there else autocast(device_type, *arguments, **options)

    with (
        patch.object(torch, "autocast", cast),
        # Inference mode would pass composed operators on whole, and what they are made of unseen.
        patch.object(torch, "inference_mode", torch.no_grad),
        _Sent(),
        _Devices(),
    ):
        yield


class Distant(Tensor):
    """A tensor that lies elsewhere; `near` is what it holds."""

    near: Tensor

    @staticmethod
    def __new__(cls, near: Tensor) -> "Distant":
        made: Distant = torch.Tensor._make_wrapper_subclass(
            cls,
            near.size(),
            strides=near.stride(),
            storage_offset=near.storage_offset(),
            dtype=near.dtype,
            device=ELSEWHERE,
        )
        made.near = near
        return made

    @classmethod
    def __torch_dispatch__(
        cls, func: Any, types: Sequence[type], args: Any = (), kwargs: Any = None
    ) -> Any:
        return _run(func, args, kwargs or {})


class _Devices(TorchDispatchMode):
    def __torch_dispatch__(
        self, func: Any, types: Sequence[type], args: Any = (), kwargs: Any = None
    ) -> Any:
        return _run(func, args, kwargs or {})


class _Sent(TorchFunctionMode):
    """What PyTorch does before it dispatches: values sent to a device, and fetched as lists."""

    def __torch_function__(
        self, func: Any, types: Sequence[type], args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if func is Tensor.tolist:
            return func(args[0].cpu())
        if func is Tensor.new_tensor and isinstance(args[0], Distant):
            return args[0].near.new_tensor(*args[1:], **kwargs).to(ELSEWHERE)
        if func in (torch.tensor, torch.as_tensor) and kwargs.get("device") == ELSEWHERE:
            return func(*args, **{**kwargs, "device": _PROCESSOR}).to(ELSEWHERE)
        return func(*args, **kwargs)


def _run(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """The operator `func` on the processor, its result where it belongs."""
    tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
    distant = [isinstance(one, Distant) for one in tensors]
    wanted = kwargs.get("device")
    there = any(distant) if wanted is None else torch.device(wanted) == ELSEWHERE
    if func is _COPY:
        there = distant[0]
    elif func is not _MOVE and any(distant):
        _refuse_mixture(func, tensors, distant)
    if there and kwargs.get("generator") is not None:
        raise RuntimeError(f"{func}: a generator of the processor draws for another device")
    near_args, near_kwargs = tree_map_only(Distant, _near, (args, kwargs))
    if wanted is not None:
        near_kwargs["device"] = _PROCESSOR
    found = func(*near_args, **near_kwargs)
    if there:
        found = tree_map_only(Tensor, Distant, found)
    return return_and_correct_aliasing(func, args, kwargs, found) if any(distant) else found


def _near(tensor: Distant) -> Tensor:
    return tensor.near


def _refuse_mixture(func: Any, tensors: Sequence[Tensor], distant: Sequence[bool]) -> None:
    near = [one for one, away in zip(tensors, distant, strict=True) if not away]
    written_here = func._schema.is_mutable and not distant[0]
    if written_here or any(one.dim() for one in near):
        shapes = ", ".join(str(tuple(one.shape)) for one in near)
        raise RuntimeError(f"{func}: a tensor {shapes} lies on the processor, the others elsewhere")

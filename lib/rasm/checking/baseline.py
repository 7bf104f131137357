"""Suspects that somebody has looked at and accepted: a check then tells only of others.

A suspect is known again by the file name of its font, its label, the kind of its fault and what it
looks like; so one that a new drawing makes look like something else is told of again.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from rasm.checking.kinds import Fault
from rasm.store.json_file import read_json, write_json

if TYPE_CHECKING:
    from rasm.query.check import FontCheck

_ADVICE = "write it with --update-baseline"


class _Accepted(BaseModel, frozen=True, extra="forbid"):
    font: str
    label: str
    kind: Fault
    looks_like: str


class _File(BaseModel, frozen=True, extra="forbid"):
    accepted: tuple[_Accepted, ...]


class Baseline:
    """The accepted suspects of a file."""

    def __init__(self, accepted: Iterable[_Accepted] = ()) -> None:
        self._accepted = frozenset(accepted)

    @classmethod
    def read(cls, path: Path) -> "Baseline":
        """Raises FileNotFoundError where there is none, ValueError naming what is wrong with it."""
        if not path.is_file():
            raise FileNotFoundError(f"{path} is no baseline: {_ADVICE}")
        return cls(read_json(path, _File, _ADVICE).accepted)

    def without(self, check: "FontCheck") -> "FontCheck":
        """A check without its suspects that are accepted."""
        known = {(one.label, one.kind, one.looks_like) for one in self._of(check.font)}
        left = tuple(one for one in check.suspects if one.identity not in known)
        return replace(check, suspects=left, accepted=len(check.suspects) - len(left))

    def updated(self, checks: Iterable["FontCheck"]) -> "Baseline":
        """With every suspect of these fonts, and no other of theirs; those of others stay."""
        found = list(checks)
        fonts = {check.font for check in found}
        new = [
            _Accepted(font=check.font, label=label, kind=kind, looks_like=looks)
            for check in found
            for label, kind, looks in (one.identity for one in check.suspects)
        ]
        return Baseline([*(one for one in self._accepted if one.font not in fonts), *new])

    def write(self, path: Path) -> None:
        """Write the file, sorted, so that reviews show what changes."""
        rows = sorted((one.model_dump() for one in self._accepted), key=lambda row: [*row.values()])
        write_json(path, {"accepted": rows})

    def _of(self, font: str) -> list[_Accepted]:
        return [one for one in self._accepted if one.font == font]

"""Variable fonts: one file, many fonts.

A variable font has axes, such as `wght` from 100 to 900; a location gives each of them a value, and
there the font looks as a static one does. `chosen_locations` says which locations are read,
`instantiate` makes the static font of one, which is then opened like any other file.

The instancer of fontTools rewrites every table that varies: outlines (gvar, CFF2), advances (HVAR),
vertical metrics (MVAR), anchors (GDEF, GPOS), substitutions (GSUB). HarfBuzz could move to a
location without rewriting, but of a variation table that it cannot read it says nothing: it draws
the default, which would stand in the database as a weight that it is not. The instancer stumbles,
and what it stumbles over is the reason.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import OverlapMode, instantiateVariableFont

from rasm.fonts.files import unpacked
from rasm.fonts.sfnt import FontError
from rasm.fonts.soundness import Soundness
from rasm.fonts.weights import REGULAR, Weights, chosen_weights

WEIGHT_AXIS = "wght"


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the design space of a variable font."""

    values: tuple[tuple[str, float], ...]
    """(axis tag, value) of every axis, sorted by tag."""
    name: str
    """What the font calls its named instance here, such as `Bold`; empty where it has none."""

    @property
    def weight(self) -> int | None:
        """Value of the weight axis, rounded; None without one."""
        value = dict(self.values).get(WEIGHT_AXIS)
        return None if value is None else round(value)

    def __str__(self) -> str:
        """Spell the location, the same for the same place: `wdth=87.5,wght=700`."""
        return ",".join(f"{tag}={value:g}" for tag, value in self.values)


def _open(data: bytes, index: int) -> TTFont:
    return TTFont(io.BytesIO(unpacked(data)), fontNumber=index, lazy=True, recalcTimestamp=False)


def chosen_locations(data: bytes, index: int, weights: Weights) -> list[Location]:
    """Choose the locations at which a font is read; none for a static font, which is read as it is.

    regular: the default of every axis, but of the weight axis the value nearest to 400.
    spread: that, and both ends of the weight axis.  all: that, and the named instances, or where
    there are none, the multiples of 100 on the weight axis.
    Raises FontError when `fvar` cannot be read.
    """
    try:
        tables = _open(data, index)
        return _locations(tables, weights) if "fvar" in tables else []
    except (FontError, MemoryError):
        raise
    except Exception as error:  # broken bytes may raise anything inside fontTools
        raise FontError(f"broken variable font: {type(error).__name__}: {error}") from error


_Place = tuple[tuple[str, float], ...]


def _locations(tables: TTFont, weights: Weights) -> list[Location]:
    axes = {axis.axisTag: axis for axis in tables["fvar"].axes}
    if not axes:
        return []
    named = _named(tables, axes)
    places = {_place(axes, {WEIGHT_AXIS: weight}) for weight in _axis_weights(axes, weights, named)}
    if weights == "all":
        places |= named.keys()
    return [Location(place, named.get(place, "")) for place in sorted(places)]


def _place(axes: Mapping[str, Any], wanted: Mapping[str, float]) -> _Place:
    """Return the value of every axis: as wanted, within its range, or the default."""
    return tuple(
        (tag, min(max(wanted.get(tag, axis.defaultValue), axis.minValue), axis.maxValue))
        for tag, axis in sorted(axes.items())
    )


def _named(tables: TTFont, axes: Mapping[str, Any]) -> dict[_Place, str]:
    names = tables.get("name")
    found: dict[_Place, str] = {}
    for instance in tables["fvar"].instances:
        name = names.getDebugName(instance.subfamilyNameID) if names else None
        found.setdefault(_place(axes, instance.coordinates), name or "")
    return found


def _axis_weights(
    axes: Mapping[str, Any], weights: Weights, named: Mapping[_Place, str]
) -> list[float]:
    """Return the values of the weight axis to read at with the other axes at their defaults."""
    if WEIGHT_AXIS not in axes:
        return [REGULAR]  # asks for nothing that a font without this axis has: it is one place
    low, high = axes[WEIGHT_AXIS].minValue, axes[WEIGHT_AXIS].maxValue
    regular = float(min(max(REGULAR, low), high))
    hundreds = [float(value) for value in range(0, 1001, 100) if low <= value <= high]
    if weights == "all":
        return [regular] if named else [regular, *hundreds]
    return chosen_weights([low, regular, high], weights)


def _check_gvar_offsets(tables: TTFont) -> None:
    """Raise ValueError where a glyph's variations lie outside the table.

    fontTools reads what is left of them, or nothing, and says nothing.
    """
    gvar, data = tables["gvar"], tables.reader["gvar"]
    long_offsets = gvar.flags & 1
    offsets = np.frombuffer(
        data, ">u4" if long_offsets else ">u2", count=gvar.glyphCount + 1, offset=20
    ).astype(np.int64) * (1 if long_offsets else 2)
    if (np.diff(offsets) < 0).any():
        raise ValueError("gvar: offsets of the glyphs are not in order")
    if gvar.offsetToGlyphVariationData + offsets[-1] > len(data):
        raise ValueError("gvar: offsets point beyond the table")


def instantiate(data: bytes, index: int, location: Location) -> bytes:
    """Return the static font that a variable font is at a location, as an uncompressed file.

    Raises FontError with the reason when a table that varies is broken.
    """
    try:
        tables = _open(data, index)
        # The instancer follows components of components, as deep and as often as they go.
        soundness = Soundness(tables)
        faults = map(soundness.fault, range(len(tables.getGlyphOrder())))
        if fault := next(filter(None, faults), None):
            raise FontError(f"variable font with a {fault}")
        if "gvar" in tables:
            _check_gvar_offsets(tables)
        static = instantiateVariableFont(
            tables,
            dict(location.values),
            inplace=True,
            overlap=OverlapMode.KEEP_AND_DONT_SET_FLAGS,
        )
        static.flavor = None
        buffer = io.BytesIO()
        static.save(buffer, reorderTables=None)
    except (FontError, MemoryError):
        raise
    except Exception as error:  # as above
        raise FontError(
            f"broken variable font at {location}: {type(error).__name__}: {error}".strip()
        ) from error
    return buffer.getvalue()

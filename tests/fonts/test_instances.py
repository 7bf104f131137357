"""A font of squares that grow with the weight: halfway between two masters is half as much more.

At weight 200 the side of beh is 100, at 800 it is 400: half a unit a weight. Its advance grows from
500 to 800, the typographic ascender from 700 to 760, and a dot to its left moves with it.
"""

import io
from functools import cache
from typing import Any

import pytest
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables.TupleVariation import TupleVariation

from rasm.fonts.files import Face, open_face
from rasm.fonts.instances import Location, chosen_locations, instantiate
from rasm.fonts.outlines import bounds, glyph_contours
from rasm.fonts.reading import Placed, shape
from rasm.fonts.sfnt import FontError
from rasm.fonts.weights import Weights
from tests.fonts.building import BEH, Place, build_font, build_variable_font, font_bytes, square
from tests.fonts.test_soundness import with_components

LIGHT, BOLD = {"wght": 200, "wdth": 100}, {"wght": 800, "wdth": 100}
NARROW = {"wght": 200, "wdth": 50}


def master(side: int, advance: int = 500, ascender: int = 700, *, cff: bool = False) -> TTFont:
    font = build_font(
        {"beh": square(0, 0, side), "dot": square(0, -50, 20)},
        {BEH: "beh"},
        features="languagesystem arab dflt; feature ccmp { sub beh by beh dot; } ccmp;"
        f"feature kern {{ pos dot <{side} 0 0 0>; }} kern;",
        cff=cff,
    )
    font["hmtx"]["beh"] = (advance, 0)
    font["OS/2"].sTypoAscender = ascender
    return font


def squares(named: dict[str, Place] | None = None, *, cff: bool = False) -> TTFont:
    masters = [
        (LIGHT, master(100, cff=cff)),
        (BOLD, master(400, 800, 760, cff=cff)),
        (NARROW, master(50, 300, cff=cff)),
    ]
    return build_variable_font(masters, named)


@cache
def unnamed(*, cff: bool = False, flavor: str | None = None) -> bytes:
    return font_bytes(squares(cff=cff), flavor)


DATA = font_bytes(squares({"Regular": {**LIGHT, "wght": 400}, "Bold": BOLD, "Narrow": NARROW}))


def at(**values: float) -> Location:
    return Location(tuple(sorted(values.items())), "")


def face_at(data: bytes, location: Location) -> Face:
    return open_face(instantiate(data, 0, location))


def spelled(data: bytes, weights: Weights) -> list[tuple[str, str]]:
    return [(str(place), place.name) for place in chosen_locations(data, 0, weights)]


def test_regular_is_the_default_but_for_the_weight() -> None:
    assert spelled(DATA, "regular") == [("wdth=100,wght=400", "Regular")]
    assert spelled(unnamed(), "regular") == [("wdth=100,wght=400", "")]


def test_regular_is_the_end_of_an_axis_that_does_not_reach_400() -> None:
    heavy = build_variable_font([({"wght": 700}, master(100)), ({"wght": 900}, master(400))])
    (place,) = chosen_locations(font_bytes(heavy), 0, "regular")
    assert (str(place), place.weight) == ("wght=700", 700)


def test_spread_adds_both_ends_of_the_weight_axis() -> None:
    assert spelled(DATA, "spread") == [
        ("wdth=100,wght=200", ""),
        ("wdth=100,wght=400", "Regular"),
        ("wdth=100,wght=800", "Bold"),
    ]


def test_all_are_the_named_instances_and_always_the_regular_one() -> None:
    assert spelled(DATA, "all") == [
        ("wdth=50,wght=200", "Narrow"),
        ("wdth=100,wght=400", "Regular"),
        ("wdth=100,wght=800", "Bold"),
    ]
    only_bold = font_bytes(squares({"Bold": BOLD}))
    assert spelled(only_bold, "all") == [("wdth=100,wght=400", ""), ("wdth=100,wght=800", "Bold")]


def test_all_are_the_hundreds_where_no_instance_has_a_name() -> None:
    places = chosen_locations(unnamed(), 0, "all")
    assert [place.weight for place in places] == [200, 300, 400, 500, 600, 700, 800]
    assert {dict(place.values)["wdth"] for place in places} == {100}


@pytest.mark.parametrize("weights", ["regular", "spread", "all"])
def test_without_weight_axis_there_is_the_default(weights: Weights) -> None:
    font = build_variable_font([({"wdth": 100}, master(100)), ({"wdth": 50}, master(50))])
    (place,) = chosen_locations(font_bytes(font), 0, weights)
    assert (str(place), place.weight) == ("wdth=100", None)


def test_a_named_instance_beyond_an_axis_is_at_its_end() -> None:
    font = squares({"Black": {**BOLD, "wght": 800}})
    font["fvar"].instances[0].coordinates["wght"] = 1200.0
    assert ("wdth=100,wght=800", "Black") in spelled(font_bytes(font), "all")


def test_a_static_font_has_no_locations() -> None:
    assert chosen_locations(font_bytes(master(100)), 0, "all") == []


@pytest.mark.parametrize("cff", [False, True], ids=["gvar", "CFF2"])
@pytest.mark.parametrize("flavor", [None, "woff2"])
def test_outline_advance_metrics_and_anchors_of_an_instance(cff: bool, flavor: str | None) -> None:
    """Weight 500 is halfway; the dot's offset and its origin are those of the instance too."""
    face = face_at(unnamed(cff=cff, flavor=flavor), at(wght=500, wdth=100))
    assert bounds(glyph_contours(face.font, 1)) == (0, 0, 250, 250)
    assert face.font.get_glyph_h_advance(1) == 650
    assert (face.metrics.typo_ascent, face.metrics.ascent) == (730, 800)
    assert shape(face.font, chr(BEH)).run.placed == (Placed(2, 250, 0), Placed(1, 500, 0))


def test_each_axis_moves_the_outline() -> None:
    """wdth 75 is halfway from 100 to 50; the instance at the default is the first master."""
    sides = {
        (400, 100): 200,
        (200, 75): 75,
        (200, 50): 50,
        (200, 100): 100,
    }
    for (weight, width), side in sides.items():
        face = face_at(DATA, at(wght=weight, wdth=width))
        assert bounds(glyph_contours(face.font, 1)) == (0, 0, side, side)


def test_axis_map_is_followed() -> None:
    """avar says that weight 500 is drawn as 300 is without it: side 150."""
    font = squares()
    font["avar"] = newTable("avar")
    font["avar"].segments = {"wght": {-1: -1, 0: 0, 0.5: 1 / 6, 1: 1}, "wdth": {-1: -1, 0: 0, 1: 1}}
    face = face_at(font_bytes(font), at(wght=500, wdth=100))
    assert bounds(glyph_contours(face.font, 1)) == (0, 0, 150, 150)


def overwritten(data: bytes, table: str, start: int, filler: bytes) -> bytes:
    """The file with some bytes of a table replaced."""
    place = TTFont(io.BytesIO(data)).reader.tables[table].offset + start
    return data[:place] + filler + data[place + len(filler) :]


@pytest.mark.parametrize(
    ("cff", "table", "start", "filler"),
    [
        (False, "gvar", 0, bytes(20)),
        (False, "gvar", 20, b"\xff" * 8),  # offsets of the glyphs: 0, 0, beh, dot, the end
        (False, "gvar", 26, b"\xff" * 2),
        (False, "gvar", 40, b"\xff" * 40),
        (False, "MVAR", 0, b"\xff" * 12),
        (True, "HVAR", 0, b"\xff" * 20),
        (True, "MVAR", 0, b"\xff" * 12),
    ],
)
def test_broken_variations_are_a_reason(cff: bool, table: str, start: int, filler: bytes) -> None:
    data = overwritten(unnamed(cff=cff), table, start, filler)
    assert open_face(data), "the default instance is not concerned"
    with pytest.raises(FontError, match="broken variable font at wdth=100,wght=500: "):
        instantiate(data, 0, at(wght=500, wdth=100))


def test_broken_axes_are_a_reason() -> None:
    with pytest.raises(FontError, match="broken variable font: "):
        chosen_locations(overwritten(DATA, "fvar", 4, b"\xff" * 12), 0, "regular")
    font = squares()
    font["fvar"].axes[0].maxValue = 100.0  # below the default
    data = font_bytes(font)
    (place,) = chosen_locations(data, 0, "regular")
    with pytest.raises(FontError, match="broken variable font at "):
        instantiate(data, 0, place)


def test_glyph_that_multiplies_ends_as_a_reason() -> None:
    """64 glyphs, each the next two and all varying: Fibonacci's 64th number of outlines."""
    names = [f"g{number:02}" for number in range(64)]
    font = with_components({names[at]: names[at + 1 : at + 3] for at in range(62)})
    font["maxp"].recalc = lambda font: None  # too large for its fields
    variable: Any = build_variable_font([({"wght": 200}, master(9)), ({"wght": 800}, master(9))])
    font["fvar"] = variable["fvar"]
    font["gvar"] = newTable("gvar")
    font["gvar"].version, font["gvar"].reserved = 1, 0
    shift = [(10, 0)] * 2 + [(0, 0)] * 4
    font["gvar"].variations = {
        name: [TupleVariation({"wght": (0, 1, 1)}, shift)] for name in names[:-2]
    }
    with pytest.raises(FontError, match="made of more than 1000 outlines"):
        instantiate(font_bytes(font), 0, at(wght=800))

"""Fonts of squares and real fonts, read item by item.

The font of squares: glyph 1 alef, 2 beh, 3 beh.init, 4 lam, 5 lam_alef, 6 fatha.
"""

import pytest

from rasm.fonts.contours import decode, encode_contours
from rasm.fonts.files import Face, open_face
from rasm.fonts.inventory import ZWJ, arabic_inventory
from rasm.fonts.outlines import bounds
from rasm.fonts.reading import (
    DOTTED_CIRCLE as CIRCLED,
)
from rasm.fonts.reading import (
    EMPTY,
    MISSING,
    NOT_ONE_CLUSTER,
    NOT_SHAPED,
    NOTDEF,
    ZERO_AREA,
    Glyph,
    GlyphRun,
    Placed,
    Skipped,
    read_glyphs,
    shape,
)
from tests.fonts.building import (
    ALEF,
    BEH,
    DOTTED_CIRCLE,
    FATHA,
    LAM,
    SQUARES,
    SQUARES_CMAP,
    Draw,
    build_font,
    font_bytes,
    nothing,
    package_face,
    polygon,
    square,
)

INVENTORY = arabic_inventory()
ITEMS = {item.label: item for item in INVENTORY}


def read(face: Face, label: str) -> Glyph | Skipped:
    (outcome,) = read_glyphs(face, [ITEMS[label]])
    return outcome


def reason(face: Face, label: str) -> str:
    outcome = read(face, label)
    assert isinstance(outcome, Skipped)
    return outcome.reason


def glyph(face: Face, label: str) -> Glyph:
    outcome = read(face, label)
    assert isinstance(outcome, Glyph), outcome
    return outcome


def font_of(shapes: dict[str, Draw], cmap: dict[int, str], features: str = "") -> Face:
    return open_face(font_bytes(build_font(shapes, cmap, features=features)))


@pytest.mark.parametrize(
    ("label", "box"),
    [
        ("alef", (0, 0, 100, 100)),
        ("beh", (100, 0, 300, 200)),
        ("beh_init", (50, 10, 350, 310)),
        ("lam+alef", (0, 0, 150, 150)),
        ("fatha", (0, 500, 50, 550)),
    ],
)
def test_outline_is_that_of_the_shaped_glyph(
    squares: bytes, label: str, box: tuple[int, int, int, int]
) -> None:
    assert bounds(glyph(open_face(squares), label).contours) == box


def test_width_and_bearings(squares: bytes) -> None:
    """beh is 500 wide and drawn from 100 to 300."""
    beh = glyph(open_face(squares), "beh")
    assert (beh.width, beh.lsb, beh.rsb) == (500, 100, 200)


def test_every_item_has_one_outcome_in_order(squares: bytes) -> None:
    outcomes = list(read_glyphs(open_face(squares), INVENTORY))
    assert [outcome.item for outcome in outcomes] == INVENTORY
    shown = [outcome.item.label for outcome in outcomes if isinstance(outcome, Glyph)]
    assert shown == ["alef", "beh", "beh_init", "lam", "fatha", "lam+alef"]


def test_outline_is_that_of_the_whole_run() -> None:
    """A font that composes beh of a skeleton and a dot 300 units to its left."""
    face = font_of(
        {"beh": square(0, 0, 9), "skeleton": square(0, 0, 100), "dot": square(0, -50, 20)},
        {BEH: "beh"},
        "languagesystem arab dflt; feature ccmp { sub beh by skeleton dot; } ccmp;"
        "feature kern { pos dot <0 0 -200 0>; } kern;",
    )
    beh = glyph(face, "beh")
    assert [bounds((path,)) for path in beh.contours] == [(0, -50, 20, -30), (300, 0, 400, 100)]
    assert beh.width == 800


def test_missing_code_point(squares: bytes) -> None:
    assert reason(open_face(squares), "teh") == MISSING


def test_form_that_the_font_does_not_shape(squares: bytes) -> None:
    assert reason(open_face(squares), "beh_final") == NOT_SHAPED


def test_letters_side_by_side_are_no_ligature() -> None:
    face = font_of({"lam": square(0, 0, 9), "alef": square(0, 0, 9)}, {LAM: "lam", ALEF: "alef"})
    assert reason(face, "lam+alef") == NOT_ONE_CLUSTER


def test_notdef_in_the_run() -> None:
    face = font_of(
        {"beh": square(0, 0, 9), "dot": square(0, 0, 9)},
        {BEH: "beh"},
        "languagesystem arab dflt; feature ccmp { sub beh by dot .notdef; } ccmp;",
    )
    assert reason(face, "beh") == NOTDEF


def test_dotted_circle_in_the_run() -> None:
    face = font_of(
        {"fatha": square(0, 0, 9), "circle": square(0, 0, 9)},
        {FATHA: "fatha", DOTTED_CIRCLE: "circle"},
        "languagesystem arab dflt; feature ccmp { sub fatha by fatha circle; } ccmp;",
    )
    assert reason(face, "fatha") == CIRCLED


def test_outlines_without_ink() -> None:
    line = polygon((0, 0), (0, 300), (0, 100))
    face = font_of({"alef": nothing, "beh": line}, {ALEF: "alef", BEH: "beh"})
    assert reason(face, "alef") == EMPTY
    assert reason(face, "beh") == ZERO_AREA


def test_stray_anchor_does_not_stretch_the_outline() -> None:
    def draw(pen: object) -> None:
        square(0, 0, 100)(pen)
        polygon((900, 900))(pen)

    assert bounds(glyph(font_of({"alef": draw}, {ALEF: "alef"}), "alef").contours) == (
        0,
        0,
        100,
        100,
    )


def test_broken_glyph_is_skipped_by_name_and_others_are_read() -> None:
    font = build_font(SQUARES, SQUARES_CMAP, cff=True)
    font["CFF "].cff.topDictIndex[0].CharStrings["beh"].program = [5, "callsubr"]
    font.recalcBBoxes = False
    face = open_face(font_bytes(font))
    assert reason(face, "beh").startswith("broken glyph beh: ")
    assert glyph(face, "alef")


@pytest.fixture(scope="module")
def amiri() -> list[Glyph | Skipped]:
    return list(read_glyphs(package_face("amiri"), INVENTORY))


@pytest.fixture(scope="module")
def amiri_glyphs(amiri: list[Glyph | Skipped]) -> dict[str, Glyph]:
    return {outcome.item.label: outcome for outcome in amiri if isinstance(outcome, Glyph)}


def signed_area(item: Glyph) -> list[float]:
    """Signed areas of the polygons through all points of the subpaths."""
    areas = []
    for path in item.contours:
        points = [point for segment in path for point in segment.points]
        pairs = zip(points, [*points[1:], points[0]], strict=True)
        areas.append(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs) / 2)
    return areas


def test_amiri_has_beh_in_four_different_forms(amiri_glyphs: dict[str, Glyph]) -> None:
    texts = {
        encode_contours(amiri_glyphs[f"beh{form}"].contours) for form in ("", "_init", "_medi")
    }
    texts.add(encode_contours(amiri_glyphs["beh_final"].contours))
    assert len(texts) == 4


@pytest.mark.parametrize(
    ("label", "solids", "holes"),
    [("meem", 1, 1), ("waw", 1, 1), ("heh", 1, 1), ("noon", 2, 0), ("beh", 2, 0), ("fatha", 1, 0)],
)
def test_amiri_keeps_dots_and_counters(
    amiri_glyphs: dict[str, Glyph], label: str, solids: int, holes: int
) -> None:
    """Holes turn the other way; a dot is a solid of its own; a lone mark has no circle under it."""
    areas = signed_area(amiri_glyphs[label])
    outer = max(areas, key=abs)
    same = [area for area in areas if area * outer > 0]
    assert (len(same), len(areas) - len(same)) == (solids, holes)


def test_amiri_draws_lam_alef_as_two_glyphs(amiri: list[Glyph | Skipped]) -> None:
    reasons = {
        outcome.item.label: outcome.reason for outcome in amiri if isinstance(outcome, Skipped)
    }
    assert reasons["lam+alef"] == NOT_ONE_CLUSTER


def test_cairo_has_a_lam_alef_ligature() -> None:
    face = package_face("cairo")
    final, isolated = glyph(face, "lam+alef_final"), glyph(face, "lam+alef")
    assert encode_contours(final.contours) != encode_contours(isolated.contours)


def test_contours_of_a_real_font_read_back(amiri_glyphs: dict[str, Glyph]) -> None:
    for item in list(amiri_glyphs.values())[::10]:
        text = encode_contours(item.contours)
        assert encode_contours(decode(text)) == text


def test_isolated_letter_is_its_own_glyph(squares: bytes) -> None:
    assert shape(open_face(squares).font, "ب") == (GlyphRun((Placed(2, 0, 0),), 500), 1)


def test_joiner_selects_the_form_and_leaves_no_trace(squares: bytes) -> None:
    assert shape(open_face(squares).font, "ب" + ZWJ).run == GlyphRun((Placed(3, 0, 0),), 500)


def test_letters_stand_right_to_left(squares: bytes) -> None:
    """alef is read first, so it is the right one, 500 units from the run's left end."""
    run, clusters = shape(open_face(squares).font, "اب")
    assert run == GlyphRun((Placed(2, 0, 0), Placed(1, 500, 0)), 1000)
    assert clusters == 2


def test_ligature_is_one_cluster(squares: bytes) -> None:
    assert shape(open_face(squares).font, "لا") == (GlyphRun((Placed(5, 0, 0),), 500), 1)


def test_two_glyphs_of_a_lam_alef_are_two_clusters() -> None:
    """Amiri draws lam-alef as two glyphs that fit together: no ligature."""
    amiri = package_face("amiri").font
    assert shape(amiri, "لا").clusters == 2
    cairo = package_face("cairo").font
    assert shape(cairo, "لا").clusters == 1


def test_marks_in_rendering_order_keep_their_clusters() -> None:
    """Shadda first: any other order is rearranged, and the rearranged marks share a cluster."""
    amiri = package_face("amiri").font
    assert shape(amiri, "\u0651\u064e").clusters == 2
    assert shape(amiri, "\u064e\u0651").clusters == 1


def test_lone_mark_gets_no_dotted_circle() -> None:
    amiri = package_face("amiri").font
    dotted_circle = amiri.get_nominal_glyph(0x25CC)
    run = shape(amiri, "\u064e").run
    assert len(run.placed) == 1
    assert run.placed[0].glyph != dotted_circle

"""Runs of the font of squares: glyph 1 alef, 2 beh, 3 beh.init, 4 lam, 5 lam_alef, 6 fatha."""

from rasm.fonts.files import open_face
from rasm.fonts.inventory import ZWJ
from rasm.fonts.shaping import GlyphRun, Placed, shape
from tests.fonts.building import package_face


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

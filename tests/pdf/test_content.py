"""Content streams: glyphs stand where the text operators put them, worked out by hand."""

import pytest

from rasm.pdf.content import ContentError, Shown, shown_on
from tests.pdf.pages import OneFont, one_page


def shown(content: bytes, forms: dict[str, bytes] | None = None) -> list[Shown]:
    pdf = one_page(content, forms)
    return list(shown_on(pdf.pages[0], OneFont()))


def places(content: bytes, forms: dict[str, bytes] | None = None) -> list[tuple[int, float, float]]:
    return [(one.code, one.place[4], one.place[5]) for one in shown(content, forms)]


@pytest.mark.parametrize(
    ("content", "stands"),
    [
        (b"BT /F 10 Tf 20 30 Td (ab) Tj ET", [(97, 20, 30), (98, 25, 30)]),
        (b"BT /F 10 Tf 1 0 0 1 5 6 Tm [(a) 100 (b)] TJ ET", [(97, 5, 6), (98, 9, 6)]),
        (b"BT /F 10 Tf 12 TL (a) Tj T* (b) Tj ET", [(97, 0, 0), (98, 0, -12)]),
        (b"BT /F 10 Tf 3 -14 TD (a) Tj (b) ' ET", [(97, 3, -14), (98, 3, -28)]),
        (b'BT /F 10 Tf 9 TL 4 1 (a b) " ET', [(97, 0, -9), (32, 6, -9), (98, 16, -9)]),
        (b"BT /F 10 Tf 50 Tz 2 Tc (ab) Tj ET", [(97, 0, 0), (98, 3.5, 0)]),
        (b"BT /F 10 Tf 4 Ts (a) Tj ET", [(97, 0, 4)]),
        (b"q 2 0 0 2 1 1 cm BT /F 10 Tf 3 4 Td (a) Tj ET Q BT (b) Tj ET", [(97, 7, 9)]),
        (b"BT /F 10 Tf /nothing 3 Tf (a) Tj ET", []),
        (b"BT /F 10 Tf (a) Td (b) Tj ET", [(98, 0, 0)]),
    ],
)
def test_where_glyphs_stand(content: bytes, stands: list[tuple[int, float, float]]) -> None:
    for found, wanted in zip(places(content), stands, strict=True):
        assert found == pytest.approx(wanted)


def test_a_form_moves_what_it_holds_and_nothing_after_it() -> None:
    forms = {"X": b"BT /F 10 Tf (a) Tj ET"}
    assert places(b"/X Do BT /F 10 Tf (b) Tj ET", forms) == [(97, 100, 0), (98, 0, 0)]


def test_a_form_that_holds_itself_is_refused() -> None:
    with pytest.raises(ContentError, match="forms within forms"):
        shown(b"/X Do", {"X": b"/X Do"})


def test_more_glyphs_than_a_page_holds_are_refused() -> None:
    with pytest.raises(ContentError, match="glyphs on one page"):
        shown(
            b"BT /F 1 Tf " + b"(" + b"a" * 50_000 + b") Tj " * 1 + b"(" + b"a" * 200_000 + b") Tj"
        )


def test_text_that_is_not_painted_is_told_apart() -> None:
    assert [one.is_hidden for one in shown(b"BT /F 10 Tf (a) Tj 3 Tr (b) Tj ET")] == [False, True]


def test_what_a_page_says_of_its_glyphs_stands_at_the_first_of_a_span() -> None:
    content = (
        b"BT /F 10 Tf (a) Tj /Span <</ActualText (xy)>> BDC (bc) Tj"
        b" /Span <</ActualText (z)>> BDC (d) Tj EMC (e) Tj EMC /P <</MCID 0>> BDC (f) Tj EMC ET"
    )
    assert [one.said for one in shown(content)] == [None, "xy", "", "", "", None]

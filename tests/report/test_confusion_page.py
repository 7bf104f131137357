"""The page of confusions, read as a browser would."""

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from rasm.report.confusion_page import write_page
from rasm.report.pictures import data_uri, glyph
from tests.report.toy_errors import BEH, FATHA, KAF, errors

ERRORS = errors()
HEAT = np.full((8, 8), 0.5, dtype=np.float32)
METRICS = {"errors_mended_by_true_grid": 2, "errors_made_by_true_grid": 1}


class Reader(HTMLParser):
    """Text and pictures of a page; fails on tags that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.pictures: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "img":
            self.pictures.append((found["alt"] or "", found["src"] or ""))
        elif tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture
def page(tmp_path: Path) -> Reader:
    path = tmp_path / "new" / "page.html"
    typical = {BEH: ERRORS.masks[0], KAF: ERRORS.masks[6]}
    heats = dict.fromkeys((1, 4, 7), HEAT)  # row 2 was not to be drawn
    write_page(path, ERRORS, ERRORS.pairs, typical, heats, METRICS, "Warm <is> warm.")
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    assert reader.open == []
    return reader


def test_it_stands_alone(page: Reader) -> None:
    assert page.pictures
    assert all(source.startswith("data:image/png;base64,") for _, source in page.pictures)


def test_cards_show_both_shapes_and_every_mistake(page: Reader) -> None:
    """fatha and kaf: one typical drawing, the mistaken fatha and the font's own kaf. Then beh and
    teh: the beh of Cairo beside its teh, the teh of Oi beside its beh."""
    drawn = {(alt, source) for alt, source in page.pictures}
    assert ("fatha", data_uri(glyph(ERRORS.masks[7], HEAT))) in drawn
    assert ("kaf (+1)", data_uri(glyph(ERRORS.masks[6]))) in drawn
    names = [alt for alt, _ in page.pictures]
    assert names == ["kaf (+1)", "fatha", "kaf (+1)", "beh", "beh", "teh", "teh", "beh"]


def test_numbers_and_names(page: Reader) -> None:
    text = re.sub(r"\s+", " ", " ".join(page.text))
    for said in ("8", "5", "fatha", "kaf (+1)", "keheh", "U+06A9", "70%", "baseline", "Cairo"):
        assert said in text
    assert "1 more" in text, "row 2 has no heat and is not drawn"
    assert "Warm <is> warm." in text, "the legend is text, not tags"


def test_without_errors_it_is_a_page_too(tmp_path: Path) -> None:
    perfect = errors()
    perfect.questions.classes[:] = perfect.answered
    write_page(tmp_path / "page.html", perfect, [], {}, {}, METRICS, "")
    reader = Reader()
    reader.feed((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert reader.open == [] and reader.pictures == []


def test_letters_that_belong_to_html_are_escaped(tmp_path: Path) -> None:
    odd = errors()
    odd.questions.roster.families[:] = "A&B"
    pairs, heats = odd.pairs, {7: HEAT}
    write_page(tmp_path / "page.html", odd, pairs, {FATHA: odd.masks[7]}, heats, METRICS, "")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "A&amp;B" in text and "A&B" not in text

"""CMaps: what producers write is read, and what is written reads back."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasm.pdf.cmaps import CMapError, parse_cmap, to_unicode


def test_blocks_of_all_kinds() -> None:
    cmap = parse_cmap(
        b"/WMode 1 def % a comment with <00>\n"
        b"2 begincodespacerange <00> <7F> <8000> <FFFF> endcodespacerange "
        b"1 begincidrange <8000> <8002> 7 endcidrange 1 begincidchar <05> 9 endcidchar "
        b"2 beginbfrange <01> <03> <0627> <10> <11> [<0628> <06440627>] endbfrange "
        b"1 beginbfchar <20> <D83DDE00> endbfchar"
    )
    assert cmap.is_vertical
    assert cmap.cids == {0x8000: 7, 0x8001: 8, 0x8002: 9, 5: 9}
    assert cmap.texts == {1: "ا", 2: "ب", 3: "ة", 16: "ب", 17: "لا", 32: "😀"}
    assert cmap.codes(b"\x05\x80\x01 ") == [(5, False), (0x8001, False), (32, True)]


@given(st.dictionaries(st.integers(0, 0xFFFF), st.text(min_size=1, max_size=3), max_size=300))
def test_what_is_written_reads_back(texts: dict[int, str]) -> None:
    plain = {c: t for c, t in texts.items() if not any("\ud800" <= x <= "\udfff" for x in t)}
    assert parse_cmap(to_unicode(plain, 2)).texts == plain


def test_a_code_that_says_nothing_is_written_as_one() -> None:
    assert parse_cmap(to_unicode({1: "", 2: "ب"}, 1)).texts == {1: "", 2: "ب"}


def test_a_range_of_billions_is_refused() -> None:
    with pytest.raises(CMapError, match="a range of"):
        parse_cmap(b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange")


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_map_or_a_reason(data: bytes) -> None:
    with contextlib.suppress(CMapError):
        parse_cmap(b"beginbfrange " + data + b" endbfrange beginbfchar " + data)

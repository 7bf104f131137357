"""Writing text into a PDF: `/ToUnicode` of fonts, and spans on pages where they are asked for."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf

from rasm.pdf.cmaps import to_unicode
from rasm.pdf.document import PageReader, PdfError, open_pdf
from rasm.pdf.fonts import BROKEN
from rasm.pdf.lines import Sign
from rasm.pdf.parts import Parts, joined_places
from rasm.pdf.spans import spans_of, with_spans
from rasm.store.atomic import replacing

_SIGNED = 1
"""Of SigFlags: the file holds a signature."""


def is_signed(pdf: pikepdf.Pdf) -> bool:
    """Whether any change would break a signature."""
    form: Any = pdf.Root.get("/AcroForm", {})
    return bool(int(form.get("/SigFlags", 0)) & _SIGNED) or "/Perms" in pdf.Root


@dataclass(frozen=True)
class Texts:
    """What is to be written."""

    maps: Mapping[tuple[int, int], tuple[Mapping[int, str], int]]
    """Code -> text and bytes a code, by object and generation number of the font."""
    spans: Mapping[Sign, str] = field(default_factory=dict)
    """Texts of signs that are to stand beside them on the pages; none: pages stay as they are."""
    parts: Parts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageSpans:
    """Spans that were written into a page, and signs for which none could be."""

    written: int
    lost: int


def write_texts(
    path: Path, target: Path, texts: Texts, break_signature: bool
) -> Iterator[PageSpans | int]:
    """Write a copy of a file with these texts; for workers. Yields pages, then bytes of the copy.

    Streams are copied as they lie, but for those of pages with spans. Raises PdfError where the
    file is signed, unless that is allowed, or where it was changed since it was read.
    """
    with open_pdf(path) as pdf:
        if is_signed(pdf) and not break_signature:
            raise PdfError("it is signed, and any change breaks the signature")
        for number, (codes, size) in texts.maps.items():
            font = pdf.get_object(number)
            if not isinstance(font, pikepdf.Dictionary) or font.get("/Type") != "/Font":
                raise PdfError(f"object {number[0]} is no font: was the file changed?")
            font["/ToUnicode"] = _compressed(pdf, to_unicode(codes, size))
        if texts.spans:
            reader = PageReader()
            for page in pdf.pages:
                yield _write_spans(pdf, page, reader, texts)
        with replacing(target) as temporary:
            pdf.save(
                temporary,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                object_stream_mode=pikepdf.ObjectStreamMode.preserve,
                linearize=pdf.is_linearized,
            )
            size = temporary.stat().st_size
    yield size


def _write_spans(
    pdf: pikepdf.Pdf, page: pikepdf.Page, reader: PageReader, texts: Texts
) -> PageSpans:
    try:
        traced, words = reader.traced(page)
    except BROKEN:
        return PageSpans(0, 0)  # a page that could not be read: there is nothing to say of it
    signs = (sign for word in words for sign in joined_places(word, texts.parts))
    spans, lost = spans_of(signs, texts.spans, traced, reader.code_sizes)
    if spans:
        content = with_spans(traced, spans, reader.code_sizes)
        page.obj["/Contents"] = _compressed(pdf, content)
    return PageSpans(len(spans), lost)


def _compressed(pdf: pikepdf.Pdf, data: bytes) -> pikepdf.Object:
    stream = pikepdf.Stream(pdf, zlib.compress(data, 9))
    stream["/Filter"] = pikepdf.Name.FlateDecode
    return pdf.make_indirect(stream)

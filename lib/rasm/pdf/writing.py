"""Writing maps into a PDF: `/ToUnicode` of the fonts in question, and nothing else."""

import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pikepdf

from rasm.pdf.cmaps import to_unicode
from rasm.pdf.document import PdfError, open_pdf
from rasm.store.atomic import replacing

_SIGNED = 1
"""Of SigFlags: the file holds a signature."""


def is_signed(pdf: pikepdf.Pdf) -> bool:
    """Whether any change would break a signature."""
    form: Any = pdf.Root.get("/AcroForm", {})
    return bool(int(form.get("/SigFlags", 0)) & _SIGNED) or "/Perms" in pdf.Root


def write_maps(
    path: Path,
    target: Path,
    maps: Mapping[tuple[int, int], tuple[Mapping[int, str], int]],
    break_signature: bool,
) -> Iterator[int]:
    """Write a copy of a file with these maps; for workers. Yields the bytes of the copy.

    `maps` are code -> text, and bytes a code, by object and generation number of the font. Streams
    are copied as they lie. Raises PdfError where the file is signed, unless that is allowed, or
    where it was changed since it was read.
    """
    with open_pdf(path) as pdf:
        if is_signed(pdf) and not break_signature:
            raise PdfError("it is signed, and any change breaks the signature")
        for number, (texts, size) in maps.items():
            font = pdf.get_object(number)
            if not isinstance(font, pikepdf.Dictionary) or font.get("/Type") != "/Font":
                raise PdfError(f"object {number[0]} is no font: was the file changed?")
            stream = pikepdf.Stream(pdf, zlib.compress(to_unicode(texts, size), 9))
            stream["/Filter"] = pikepdf.Name.FlateDecode
            font["/ToUnicode"] = pdf.make_indirect(stream)
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

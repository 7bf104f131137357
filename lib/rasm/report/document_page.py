"""One page that shows how a PDF was read: the text before and after, and each glyph that was read.

It needs no network: pictures are part of it.
"""

import html
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rasm.decoding.readings import OPEN
from rasm.raster.packing import unpack
from rasm.report.page import write_html
from rasm.report.pictures import data_uri

if TYPE_CHECKING:
    from rasm.query.document import Document, FontReading, SignReading

_PIXELS = 64
_LINES = 12
"""Of the text before and after."""


def write_document_page(document: "Document", path: Path) -> None:
    """Write the page of a document."""
    before, after = (
        html.escape("\n".join(_first_lines(document, given=given))) for given in (True, False)
    )
    fonts = "".join(_font(reading) for reading in document.readings.values())
    body = f"""<div class="texts">
<section><h2>The text in the file</h2><pre dir="auto">{before}</pre></section>
<section><h2>The text as it was read</h2><pre dir="auto">{after}</pre></section>
</div>
{fonts or "<p>No font lacks text.</p>"}
"""
    write_html(path, document.path.name, body)


def _first_lines(document: "Document", *, given: bool) -> list[str]:
    lines = (
        line for page in document.pages for line in document.text(page, given=given).splitlines()
    )
    return [line for _, line in zip(range(_LINES), lines, strict=False)]


def _font(reading: "FontReading") -> str:
    ranked = sorted(reading.signs, key=lambda sign: (sign.is_certain, -sign.count))
    items = "".join(_glyph(sign) for sign in ranked)
    sure = sum(sign.is_certain for sign in reading.signs)
    return (
        f"<h2>{html.escape(reading.font.name)}</h2><p>{len(reading.signs)} glyphs, {sure} certain;"
        f" words of the language “{reading.language}”. The doubtful come first.</p>"
        f'<ul class="glyphs">{items}</ul>'
    )


def _glyph(sign: "SignReading") -> str:
    state = "certain" if sign.is_certain else "doubtful"
    if sign.probability < OPEN:
        state = "open"
    others = ", ".join(f"{text} {p:.2f}" for text, p in sign.others)
    codes = " ".join(f"{part.code:04X}" for part in sign.sign)
    return (
        f'<li class="{state}" title="{html.escape(others)}">{_picture(sign.raster)}'
        f'<b dir="auto">{html.escape(sign.text)}</b>'
        f"<small>{codes}</small>"
        f"<small>{sign.probability:.2f}, shown {sign.count} times</small></li>"
    )


def _picture(raster: NDArray[np.uint8]) -> str:
    image = Image.fromarray(np.where(unpack(raster), 0, 255).astype(np.uint8))
    source = data_uri(np.asarray(image.resize((_PIXELS, _PIXELS))))
    return f'<img alt="" width="{_PIXELS}" height="{_PIXELS}" src="{source}">'

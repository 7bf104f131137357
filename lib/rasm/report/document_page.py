"""One page that shows how a PDF was read: the text before and after, and each glyph that was read.

It needs no network: pictures are part of it.
"""

import base64
import html
import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rasm.decoding.readings import OPEN
from rasm.raster.packing import unpack
from rasm.store.atomic import replacing

if TYPE_CHECKING:
    from rasm.query.documents import Document, FontReading, SignReading

_PIXELS = 64
_LINES = 12
"""Of the text before and after."""
_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1b1b; --line: #d5d5d5; --good: #2b7a4b;
  --fair: #a06a00; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --paper: #161616; --ink: #ececec; --line: #3a3a3a;
  --good: #6fcf97; --fair: #e0b050; --bad: #ff8a80; } }
body { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
  max-width: 60rem; margin: 0 auto; padding: 1rem; }
.texts { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem; }
pre { border: 1px solid var(--line); border-radius: 6px; padding: .75rem; overflow-x: auto;
  white-space: pre-wrap; font: inherit; min-height: 3rem; margin: 0; }
.glyphs { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); gap: .5rem;
  list-style: none; padding: 0; }
.glyphs li { border: 1px solid var(--line); border-radius: 6px; padding: .4rem; text-align: center;
  border-bottom-width: 4px; }
.certain { border-bottom-color: var(--good) !important; }
.doubtful { border-bottom-color: var(--fair) !important; }
.open { border-bottom-color: var(--bad) !important; }
.glyphs img { background: #fff; border-radius: 3px; }
.glyphs b { font-size: 1.5rem; display: block; line-height: 1.6; }
small { opacity: .75; display: block; }
"""


def write_document_page(document: "Document", path: Path) -> None:
    """Write the page of a document."""
    name = html.escape(document.path.name)
    before, after = (
        html.escape("\n".join(_first_lines(document, given=given))) for given in (True, False)
    )
    fonts = "".join(_font(reading) for reading in document.readings.values())
    page = f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{name}</title><style>{_STYLE}</style>
<h1>{name}</h1>
<div class="texts">
<section><h2>The text in the file</h2><pre dir="auto">{before}</pre></section>
<section><h2>The text as it was read</h2><pre dir="auto">{after}</pre></section>
</div>
{fonts or "<p>No font lacks text.</p>"}
</html>
"""
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8")


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
    mask = unpack(raster)
    image = Image.fromarray(np.where(mask, 0, 255).astype(np.uint8)).resize((_PIXELS, _PIXELS))
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    data = base64.b64encode(out.getvalue()).decode("ascii")
    return f'<img alt="" width="{_PIXELS}" height="{_PIXELS}" src="data:image/png;base64,{data}">'

"""One page of what `rasm check` found: each suspect beside the glyph that it looks like.

It stands alone, pictures inside, so that it can be mailed, and asks no network for anything.
"""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rasm.checking.levels import LEVELS
from rasm.report.check_files import counts_of, glyph_names, points_and_form
from rasm.report.pictures import data_uri, glyph
from rasm.report.terminal import printable
from rasm.store.atomic import replacing

if TYPE_CHECKING:
    from rasm.query.check import FileCheck, FontCheck, Suspect

_STYLE = Path(__file__).with_name("check_page.css")


def write_check_page(path: Path, files: "Sequence[FileCheck]") -> None:
    """Write the page; what is no more than info is folded away."""
    fonts = "".join(_font(check) for file in files for check in file.checks)
    errors = "".join(
        f'<p class="error"><b>{_text(file.path)}</b>: {_text(error)}</p>\n'
        for file in files
        for error in file.errors
    )
    page = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Fonts checked</title>
<style>
{_STYLE.read_text(encoding="utf-8")}</style>
</head>
<body>
<h1>Fonts checked</h1>
<p>Each glyph that may not be what it claims, beside what this font draws for what it looks like.
<b class="fail">fail</b> is very likely a fault, <b class="warn">warn</b> worth a look,
<b class="info">info</b> a hair.</p>
{errors}{fonts}</body>
</html>
"""
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8")


def _font(check: "FontCheck") -> str:
    by_level = {
        level: "".join(_card(one) for one in check.suspects if one.level == level)
        for level in LEVELS
    }
    open_ = by_level["fail"] + by_level["warn"]
    folded = by_level["info"] and (
        f"<details><summary>info: {check.count('info')}</summary>\n"
        f'<ul class="cards">\n{by_level["info"]}</ul>\n</details>\n'
    )
    mended = ", ".join(one.label for one in check.mended)
    return f"""<section>
<h2>{_text(check.font)}</h2>
<p>{_text(counts_of(check))}</p>
{f"<p>Mended: {_text(mended)}</p>" if mended else ""}
{f'<ul class="cards">{chr(10)}{open_}</ul>' if open_ else ""}
{folded}</section>
"""


def _card(one: "Suspect") -> str:
    read = one.verdict
    p = (
        f"claim {read.probability:.3f}, look-alike {read.looks_like_probability:.3f}"
        if read
        else ""
    )
    own = _figure(read.picture if read else None, "this glyph", "no ink")
    partner = one.partner or (read.looks_like[0] if read else "")
    other = _figure(one.partner_picture, partner, "not in this font") if partner else ""
    return f"""<li class="{one.level}">
<h3><b class="{one.level}">{one.level}</b> {one.kind}</h3>
<div class="pair">{own}{other}</div>
<p><b>{_text(one.label)}</b> {_text(one.reason)}</p>
<dl><dt>glyph</dt><dd>{_text(glyph_names(one))}</dd>
<dt>claims</dt><dd>{_text(points_and_form(one.item))}</dd>
{f"<dt>p</dt><dd>{p}</dd>" if p else ""}</dl>
</li>
"""


def _figure(mask: NDArray[np.bool_] | None, caption: str, otherwise: str) -> str:
    inside = f'<div class="absent">{escape(otherwise)}</div>'
    if mask is not None:
        inside = f'<img src="{data_uri(glyph(mask))}" alt="{_text(caption)}">'
    return f"<figure>{inside}<figcaption>{_text(caption)}</figcaption></figure>"


def _text(text: object) -> str:
    return escape(printable(text))

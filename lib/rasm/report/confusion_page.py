"""One page that a font engineer opens: the worst confusions, with pictures of both glyphs.

It stands alone, pictures inside, so that it can be mailed. A card holds two shapes as training
fonts draw them. Under them stands every test glyph that was taken for the other, and what the same
font draws for that other: so the eye can judge whether the font tells them apart.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasm.metrics.labels import families
from rasm.report.errors import ERROR_TYPES, Errors, Pair
from rasm.report.page import html_table, write_html
from rasm.report.pictures import Heats, data_uri, glyph

_CARD = re.compile(r'<section class="card">.*?</section>\n', re.DOTALL)
_NAMES_SHOWN = 8

Masks = Mapping[int, NDArray[np.bool_]]


def write_page(
    path: Path,
    errors: Errors,
    pairs: Sequence[Pair],
    typical: Masks,
    heats: Heats,
    metrics: Mapping[str, float],
    key: str,
) -> None:
    """Write the HTML of these pairs; of their glyphs those are drawn that have heat.

    `typical` masks are by shape class, `heats` by row; `metrics` are those of the analysis.
    """
    wrong = len(errors.wrong)
    body = f"""<p>Of {len(errors.truth):,} glyphs of test families, {wrong:,} are taken for another
shape; labels that fonts draw alike count as one shape. With the true primitives instead of those
that phase 1 names, {metrics["errors_mended_by_true_grid"]} of these errors vanish and
{metrics["errors_made_by_true_grid"]} others appear.</p>
<p>Below are the {len(pairs)} worst of {len(errors.pairs):,} confused pairs, by distinct drawings.
On top, both shapes as a typical training font draws them. Under them each test glyph that was taken
for the other, and beside it what the same font draws for that other. {escape(key)}</p>
<div class="tables">
{_types(errors)}{_families(errors)}</div>
{"".join(_card(errors, pair, typical, heats) for pair in pairs)}"""
    write_html(path, "What the two-phase recogniser confuses", body)


def confusion_cards(page: Path) -> list[str]:
    """The HTML of the cards of such a page, worst first, for a page of the same style."""
    return _CARD.findall(page.read_text(encoding="utf-8"))


def _types(errors: Errors) -> str:
    counts = Counter(errors.types.values())
    rows = [(text, counts[kind]) for kind, text in ERROR_TYPES.items()]
    return html_table("Errors by kind", ("answered instead", "glyphs"), rows)


def _families(errors: Errors) -> str:
    right = errors.truth == errors.answered
    rows = [
        (name, int(of_family.sum()), int((of_family & ~right).sum()))
        for name, of_family in families(errors.questions)
    ]
    return html_table("Errors by family", ("family", "glyphs", "errors"), rows)


def _card(errors: Errors, pair: Pair, typical: Masks, heats: Heats) -> str:
    a, b = pair.shapes
    mistakes = [row for row in pair.rows.tolist() if row in heats]
    count = len(pair.rows)
    more = count - len(mistakes)
    glyphs = f' <span class="quiet">{pair.glyphs} glyphs</span>' if pair.glyphs > count else ""
    rest = f'<p class="quiet">and {more} more</p>\n' if more else ""
    return f"""<section class="card">
<h2><b>{count} ×</b>{escape(errors.name(a))} ↔ {escape(errors.name(b))}{glyphs}</h2>
<div class="row shapes">
{_shape(errors, a, typical)}{_shape(errors, b, typical)}</div>
<div class="row">
{"".join(_mistake(errors, row, heats[row]) for row in mistakes)}</div>
{rest}</section>
"""


def _shape(errors: Errors, shape: int, typical: Masks) -> str:
    names = [
        f"{'<b>' if n == 0 else ''}{escape(label)}{'</b>' if n == 0 else ''} "
        f'<span class="quiet">{errors.code_points(label)}</span>'
        for n, label in enumerate(errors.members[shape][:_NAMES_SHOWN])
    ]
    more = len(errors.members[shape]) - len(names)
    names += [f'<span class="quiet">and {more} more</span>'] if more else []
    return f"""<figure>
{_picture(typical.get(shape), errors.name(shape), "no training font draws it")}
<figcaption>{"<br>".join(names)}</figcaption>
</figure>
"""


def _mistake(errors: Errors, row: int, heat: NDArray[np.float32]) -> str:
    truth, answered = int(errors.truth[row]), int(errors.answered[row])
    labels, family = ", ".join(errors.labels_of(row)), str(errors.questions.roster.families[row])
    other = errors.same_font_draws(row, answered)
    p = errors.probabilities[row]
    return f"""<figure class="mistake">
<div class="two">
<img src="{data_uri(glyph(errors.masks[row], heat))}" alt="{escape(errors.label(row))}">
{_picture(None if other is None else errors.masks[other], errors.name(answered), "not asked")}
</div>
<figcaption><b>{escape(labels)}</b> <span class="quiet">{escape(family)}</span><br>
taken for <span class="warm">{escape(errors.name(answered))} {p[answered]:.0%}</span>,
<span class="cold">truth {p[truth]:.0%}</span>{_others(errors, row)}</figcaption>
</figure>
"""


def _others(errors: Errors, row: int) -> str:
    names = errors.named_by(row)
    return f'<br><span class="quiet">right: {escape(", ".join(names))}</span>' if names else ""


def _picture(mask: NDArray[np.bool_] | None, name: str, otherwise: str) -> str:
    if mask is None:
        return f'<div class="absent">{escape(otherwise)}</div>'
    return f'<img src="{data_uri(glyph(mask))}" alt="{escape(name)}">'

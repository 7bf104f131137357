"""One page that a font engineer opens: the worst confusions, with pictures of both glyphs.

It stands alone, pictures inside, so that it can be mailed. A card holds two shapes as training
fonts draw them. Under them stands every test glyph that was taken for the other, and what the same
font draws for that other: so the eye can judge whether the font tells them apart.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasm.report.kinds import KINDS
from rasm.report.pictures import data_uri, glyph
from rasm.report.recogniser import families
from rasm.report.study import Pair, Study
from rasm.store.atomic import replacing

_STYLE = Path(__file__).with_name("confusion_page.css")
_NAMES_SHOWN = 8

Masks = Mapping[int, NDArray[np.bool_]]
Heats = Mapping[int, NDArray[np.float32]]


def write_page(
    path: Path,
    study: Study,
    pairs: Sequence[Pair],
    typical: Masks,
    heats: Heats,
    metrics: Mapping[str, float],
    key: str,
) -> None:
    """Write the HTML of these pairs; of their glyphs those are drawn that have heat.

    `typical` masks are by shape class, `heats` by row; `metrics` are those of the analysis.
    """
    wrong = len(study.wrong)
    text = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Confusions</title>
<style>
{_STYLE.read_text(encoding="utf-8")}</style>
</head>
<body>
<h1>What the two-phase recogniser confuses</h1>
<p>Of {len(study.truth):,} glyphs of test families, {wrong:,} are taken for another shape;
labels that fonts draw alike count as one shape. With the true primitives instead of those that
phase 1 names, {metrics["errors_mended_by_true_grid"]} of these errors vanish and
{metrics["errors_made_by_true_grid"]} others appear.</p>
<p>Below are the {len(pairs)} worst of {len(study.pairs):,} confused pairs, by distinct drawings. On
top, both shapes as a typical training font draws them. Under them each test glyph that was taken
for the other, and beside it what the same font draws for that other. {escape(key)}</p>
<div class="tables">
{_kinds(study)}{_families(study)}</div>
{"".join(_card(study, pair, typical, heats) for pair in pairs)}</body>
</html>
"""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _kinds(study: Study) -> str:
    counts = Counter(study.kinds.values())
    rows = [(text, counts[kind]) for kind, text in KINDS.items()]
    return _table("Errors by kind", ("answered instead", "glyphs"), rows)


def _families(study: Study) -> str:
    right = study.truth == study.answered
    rows = [
        (name, int(of_family.sum()), int((of_family & ~right).sum()))
        for name, of_family in families(study.questions.roster)
    ]
    return _table("Errors by family", ("family", "glyphs", "errors"), rows)


def _table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    def line(cells: Sequence[object], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(str(c))}</{tag}>" for c in cells) + "</tr>\n"

    body = "".join(line(row, "td") for row in rows)
    return f"<table>\n<caption>{escape(caption)}</caption>\n{line(columns, 'th')}{body}</table>\n"


def _card(study: Study, pair: Pair, typical: Masks, heats: Heats) -> str:
    a, b = pair.shapes
    mistakes = [row for row in pair.rows.tolist() if row in heats]
    count = len(pair.rows)
    more = count - len(mistakes)
    glyphs = f' <span class="quiet">{pair.glyphs} glyphs</span>' if pair.glyphs > count else ""
    rest = f'<p class="quiet">and {more} more</p>\n' if more else ""
    return f"""<section class="card">
<h2><b>{count} ×</b>{escape(study.name(a))} ↔ {escape(study.name(b))}{glyphs}</h2>
<div class="row shapes">
{_shape(study, a, typical)}{_shape(study, b, typical)}</div>
<div class="row">
{"".join(_mistake(study, row, heats[row]) for row in mistakes)}</div>
{rest}</section>
"""


def _shape(study: Study, shape: int, typical: Masks) -> str:
    names = [
        f"{'<b>' if n == 0 else ''}{escape(label)}{'</b>' if n == 0 else ''} "
        f'<span class="quiet">{study.code_points(label)}</span>'
        for n, label in enumerate(study.members[shape][:_NAMES_SHOWN])
    ]
    more = len(study.members[shape]) - len(names)
    names += [f'<span class="quiet">and {more} more</span>'] if more else []
    return f"""<figure>
{_picture(typical.get(shape), study.name(shape), "no training font draws it")}
<figcaption>{"<br>".join(names)}</figcaption>
</figure>
"""


def _mistake(study: Study, row: int, heat: NDArray[np.float32]) -> str:
    truth, answered = int(study.truth[row]), int(study.answered[row])
    labels, family = ", ".join(study.labels_of(row)), str(study.questions.roster.families[row])
    other = study.same_font_draws(row, answered)
    p = study.probabilities[row]
    return f"""<figure class="mistake">
<div class="two">
<img src="{data_uri(glyph(study.masks[row], heat))}" alt="{escape(study.label(row))}">
{_picture(None if other is None else study.masks[other], study.name(answered), "not asked")}
</div>
<figcaption><b>{escape(labels)}</b> <span class="quiet">{escape(family)}</span><br>
taken for <span class="warm">{escape(study.name(answered))} {p[answered]:.0%}</span>,
<span class="cold">truth {p[truth]:.0%}</span>{_others(study, row)}</figcaption>
</figure>
"""


def _others(study: Study, row: int) -> str:
    names = study.named_by(row)
    return f'<br><span class="quiet">right: {escape(", ".join(names))}</span>' if names else ""


def _picture(mask: NDArray[np.bool_] | None, name: str, otherwise: str) -> str:
    if mask is None:
        return f'<div class="absent">{escape(otherwise)}</div>'
    return f'<img src="{data_uri(glyph(mask))}" alt="{escape(name)}">'

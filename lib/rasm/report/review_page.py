"""A page on which glyphs that a recogniser is unsure of are given their labels.

It needs no network. What is typed is saved as JSON lines, which `rasm import` takes back.
"""

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rasm.report.pictures import data_uri, glyph
from rasm.store.atomic import replacing

_SEEN = 0.005  # share of an answer that is worth a line
_STYLE = """
:root { color-scheme: light dark; --line: #8886; --bad: #c0392b; }
body { font: 16px/1.45 system-ui, sans-serif; max-width: 64rem; margin: 0 auto; padding: 1rem; }
header { position: sticky; top: 0; background: Canvas; padding: .5rem 0; }
ol { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: .75rem;
  list-style: none; padding: 0; }
li { border: 1px solid var(--line); border-radius: 6px; padding: .6rem; display: flex; gap: .6rem; }
li.suspect { border-color: var(--bad); }
li div { min-width: 0; overflow-wrap: anywhere; flex: 1; }
img { width: 80px; height: 80px; image-rendering: pixelated; border-radius: 3px; }
small { display: block; opacity: .8; }
input { width: 100%; box-sizing: border-box; font: inherit; margin-top: .3rem; }
button { font: inherit; padding: .3rem .9rem; }
"""
_SCRIPT = """
const rows = JSON.parse(document.getElementById("rows").textContent);
const fields = [...document.querySelectorAll("li input")];
const count = () => {
  const done = fields.filter((field) => field.value.trim()).length;
  document.getElementById("count").textContent = `${done} of ${rows.length} labelled`;
};
document.oninput = count;
document.getElementById("save").onclick = () => {
  const lines = rows.map((row, at) => ({ ...row, right: fields[at].value.trim() || null }));
  const text = lines.map((row) => JSON.stringify(row) + "\\n").join("");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/jsonl" }));
  link.download = "reviewed.jsonl";
  link.click();
  URL.revokeObjectURL(link.href);
};
count();
"""


def write_review_page(
    path: Path,
    rows: Sequence[Mapping[str, Any]],
    masks: Sequence[NDArray[np.bool_]],
    labels: Sequence[str],
) -> None:
    """Write the page of rows of a review, their masks (S, S), and the labels to choose from."""
    items = "".join(_item(row, mask) for row, mask in zip(rows, masks, strict=True))
    # No `</script>` may stand inside one.
    data = json.dumps(list(rows), ensure_ascii=False).replace("</", "<\\/")
    options = "".join(f'<option value="{html.escape(label)}">' for label in labels)
    page = f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Glyphs to label</title><style>{_STYLE}</style>
<h1>Glyphs to label</h1>
<p>Doubted labels first, framed in red; then what the recogniser is least sure of. Type what each
shows, save, and hand the file to <code>rasm import</code>. Empty fields are left alone.</p>
<header><button id="save">Save</button> <span id="count"></span></header>
<datalist id="labels">{options}</datalist>
<ol>{items}</ol>
<script type="application/json" id="rows">{data}</script>
<script>{_SCRIPT}</script>
</html>
"""
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8")


def _item(row: Mapping[str, Any], mask: NDArray[np.bool_]) -> str:
    claimed = f"<b>said to be {html.escape(row['claimed'])}</b>" if row["claimed"] else ""
    answers = "".join(
        f"<small>{html.escape(' | '.join(one['labels']))} {one['share']:.2f}</small>"
        for one in row["answers"]
        if one["share"] >= _SEEN
    )
    state = ' class="suspect"' if row["why"] == "label" else ""
    return (
        f'<li{state}><img alt="" src="{data_uri(glyph(mask))}"><div>{claimed}{answers}'
        f"<small>{html.escape(row['source'])}</small>"
        '<input list="labels" aria-label="what it shows" placeholder="what it shows"></div></li>'
    )

"""What the pages that people open have in common: head, style, tables, pictures.

A page stands alone: nothing is fetched, which its Content-Security-Policy says to the browser too,
so that it can be mailed, and opened without a network. Light and dark follow the reader's system.
"""

import base64
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from rasm.store.atomic import replacing

_STYLE = Path(__file__).with_name("page.css")
_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none';"
    " form-action 'none'"
)


def write_html(path: Path, title: str, body: str) -> None:
    """Write the page with this title as its heading; `body` is HTML, and the title is not."""
    text = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width">
<title>{escape(title)}</title>
<style>
{_STYLE.read_text(encoding="utf-8")}</style>
</head>
<body>
<h1>{escape(title)}</h1>
{body}</body>
</html>
"""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def html_table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of plain texts that scrolls by itself where it is wider than the page."""

    def line(cells: Sequence[object], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(str(c))}</{tag}>" for c in cells) + "</tr>\n"

    body = "".join(line(row, "td") for row in rows)
    return (
        f'<div class="scroll"><table>\n<caption>{escape(caption)}</caption>\n'
        f"{line(columns, 'th')}{body}</table></div>\n"
    )


def png_figure(title: str, path: Path, note: str = "", kind: str = "") -> str:
    """The PNG of a file, its title, a note below, and its class: `drawn` is dark on a dark page."""
    data = base64.b64encode(path.read_bytes()).decode()
    below = f"<p>{escape(note)}</p>\n" if note else ""
    return f"""<figure class="{kind}">
<figcaption>{escape(title)}</figcaption>
<img src="data:image/png;base64,{data}" alt="{escape(title)}">
{below}</figure>
"""

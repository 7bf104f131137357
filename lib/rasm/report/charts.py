"""Charts as HTML that needs nothing else: a title, and an SVG whose text can be searched.

The same data makes the same bytes. matplotlib draws; it is imported when a chart is asked for.
"""

import math
import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from html import escape
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito, told apart by colour-blind eyes too; their yellow is left out, too faint on white.
_PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_MARKERS = "osD^vPX"


def line_chart(
    title: str,
    label: str,
    runs: Mapping[str, Sequence[tuple[float, float]]],
    places: Sequence[str],
) -> str:
    """The (epoch, value) of each run as a line; NaN is left out.

    A run has the colour and mark of its place in `places`, so that it looks alike in all charts;
    from the eighth place on colours come again, with hollow marks.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    with _plain_style():
        figure = Figure(figsize=(4.4, 2.9))
        axes = figure.add_axes((0, 0, 1, 1))
        for name, points in runs.items():
            turn, place = divmod(places.index(name), len(_PALETTE))
            axes.plot(
                *zip(*points, strict=True),
                color=_PALETTE[place],
                marker=_MARKERS[place],
                fillstyle="none" if turn else "full",
                # Of two equal curves the dashed one lies above: both can be seen.
                linestyle="--" if place % 2 else "-",
                zorder=3 if place % 2 else 2,
                label=name,
            )
        axes.set_xlabel("epoch")
        axes.set_ylabel(label)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.grid(color="#ddd")
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
        return _html(title, figure)


def bar_chart(
    title: str, label: str, runs: Mapping[str, Mapping[str, float]], places: Sequence[str]
) -> str:
    """A bar with its value for each run and row, the rows one below the other; NaN has no bar.

    The colour of a run is that of its place in `places`. Raises ValueError when there is no row.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    rows = list(dict.fromkeys(row for values in runs.values() for row in values))
    if not rows:
        raise ValueError(f"{title}: a bar chart wants a row")
    whole = all(value.is_integer() for values in runs.values() for value in values.values())
    thickness = 0.8 / len(runs)
    with _plain_style():
        figure = Figure(figsize=(3.6, len(rows) * (0.16 * len(runs) + 0.08)))
        axes = figure.add_axes((0, 0, 1, 1))
        for n, (name, values) in enumerate(runs.items()):
            lengths = [values.get(row, math.nan) for row in rows]
            bars = axes.barh(
                [row - 0.4 + (n + 0.5) * thickness for row in range(len(rows))],
                lengths,
                0.9 * thickness,
                color=_PALETTE[places.index(name) % len(_PALETTE)],
                label=name,
            )
            texts = ["" if math.isnan(v) else f"{v:.0f}" if whole else f"{v:.3f}" for v in lengths]
            axes.bar_label(bars, texts, padding=2, fontsize=8)
        axes.set_yticks(range(len(rows)), rows)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlabel(label)
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=whole))
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(runs), frameon=False)
        return _html(title, figure)


def _plain_style() -> AbstractContextManager[None]:
    """No user's own matplotlibrc; text stays text, and ids are the same each time."""
    import matplotlib.style

    plain = {"svg.fonttype": "none", "svg.hashsalt": "rasm", "text.parse_math": False}
    return matplotlib.style.context(["default", {**plain, "font.size": 9}])


def _html(title: str, figure: "Figure") -> str:
    """The figure as far as its labels reach, under its title."""
    drawn, nothing = StringIO(), dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(drawn, format="svg", bbox_inches="tight", pad_inches=0.05, metadata=nothing)
    svg = drawn.getvalue()
    svg = svg[svg.index("<svg") :]
    # Numbered anew in every chart, and nothing refers to them: in one page they would clash.
    svg = re.sub(r' id="[a-zA-Z0-9.]+_\d+"', "", svg)
    svg = svg.replace("<svg", f'<svg role="img" aria-label="{escape(title)}"', 1)
    return f"<figure>\n<figcaption>{escape(title)}</figcaption>\n{svg}</figure>\n"

"""Test material made nonsense in a checkout, where it enters the pipeline.

Pictures are mirrored and dealt anew, so that nothing is shown as it was, and what a test says that
it shows is wrong. Glyphs get names drawn of all that the database has, some twice and some that
only other families had, so that no label is counted as often as before.

Of carved letters there is nothing to scramble: all are trained on, and tested by other wear.
"""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from fontTools.ttLib import TTFont
from fontTools.unicodedata import script as script_of
from numpy.typing import NDArray
from PIL import Image, ImageOps

_NAME = ("label", "joining_group", "char_class", "alt_label", "codepoints")


def scramble_glyphs(database: Path, fonts: list[str]) -> None:
    """Outlines and names of the glyphs of these fonts, by hash; outlines stay in their font."""
    drawn = np.random.default_rng(0)
    with closing(sqlite3.connect(database)) as connection, connection:
        names = connection.execute(f"SELECT {', '.join(_NAME)} FROM glyphs").fetchall()
        for font in fonts:
            rows = connection.execute(
                "SELECT glyph_id, contours FROM glyphs WHERE f_id = ? ORDER BY glyph_id", (font,)
            ).fetchall()
            dealt = drawn.permutation(len(rows))
            named = drawn.integers(len(names), size=len(rows))
            connection.executemany(
                f"UPDATE glyphs SET contours = ?, {', '.join(f'{c} = ?' for c in _NAME)} "
                "WHERE glyph_id = ?",
                [
                    (_mirrored_text(rows[outline][1]), *names[name], number)
                    for (number, _), outline, name in zip(rows, dealt, named, strict=True)
                ],
            )


def _mirrored_text(contours: str) -> str:
    return json.dumps(_mirrored(json.loads(contours)))


def _mirrored(value: Any) -> Any:
    """Contours with every point [x, y] at [-x, y]."""
    if not isinstance(value, list):
        return value
    if len(value) == 2 and all(isinstance(number, int | float) for number in value):
        return [-value[0], value[1]]
    return [_mirrored(inner) for inner in value]


def scramble_script(node_modules: Path, subset: str, script: str) -> None:
    """The characters of a script, in the files that font packages have for it.

    `node_modules` links to what is installed, which stays as it is: what changes is copied.
    """
    installed = node_modules.resolve()
    node_modules.unlink()
    packages = node_modules / "@fontsource"
    packages.mkdir(parents=True)
    for package in (installed / packages.name).iterdir():
        own = packages / package.name
        file = f"files/{package.name}-{subset}-400-normal.woff2"  # of all weights the one in use
        if (package / file).exists():
            shutil.copytree(package, own)
            _scramble_font(own / file, script)
        else:
            own.symlink_to(package)


def _scramble_font(path: Path, script: str) -> None:
    with TTFont(path) as font:
        cmap = font.getBestCmap()
        codes = sorted(code for code in cmap if script_of(chr(code)) == script)
        glyphs = [cmap[code] for code in codes]
        given = dict(zip(codes, _dealt(glyphs), strict=True))
        for table in font["cmap"].tables:
            table.cmap.update({code: given[code] for code in table.cmap.keys() & given.keys()})
        for glyph in set(glyphs):
            font["glyf"][glyph].coordinates.scale((-1, 1))
        font.save(path)


def scramble_pictures(files: list[Path]) -> None:
    """What these files show."""
    pictures = []
    for file in files:
        with Image.open(file) as picture:
            pictures.append(ImageOps.mirror(picture))
    for file, picture in zip(files, _dealt(pictures), strict=True):
        picture.save(file)


def _dealt(things: list[Any]) -> list[Any]:
    order: NDArray[np.int64] = np.random.default_rng(0).permutation(len(things))
    return [things[number] for number in order]

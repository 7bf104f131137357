"""What several families do on purpose, so that it is no fault: equal drawings, forms left isolated.

`python -m rasm.checking.customary dataset/splits.json dataset/fonts/node_modules/@fontsource` reads
the regular weights of the training families anew and writes customary.json, which lies beside this
module. It holds what at least two families do: one may have made a mistake.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import combinations
from pathlib import Path

from pydantic import BaseModel

from rasm.checking.drawings import Drawings
from rasm.fonts.reading import NOT_SHAPED
from rasm.labels.pins import pinned_packages
from rasm.labels.splits import Split
from rasm.raster.face import DrawnFace, draw_file
from rasm.raster.glyph import RasterPolicy
from rasm.store.json_file import write_json

_FILE = Path(__file__).with_name("customary.json")
_FAMILIES = 2


class Customary(BaseModel, frozen=True, extra="forbid"):
    """Pairs of labels that fonts draw equal, and labels of joining forms that they lack."""

    equal: frozenset[tuple[str, str]]
    """Each pair in order of the alphabet."""
    isolated: frozenset[str]

    def equals(self, label: str, other: str) -> bool:
        """Whether fonts draw the two equal, in either order."""
        return (min(label, other), max(label, other)) in self.equal


@cache
def customary() -> Customary:
    """What the shipped file holds."""
    return Customary.model_validate(json.loads(_FILE.read_text(encoding="utf-8")))


def customs_of(faces: Iterable[DrawnFace]) -> Customary:
    """What at least two of the faces, one a family, do."""
    equal, isolated = Counter[tuple[str, str]](), Counter[str]()
    for face in faces:
        for group in Drawings(face).copies():
            equal.update(combinations(sorted(face.items[row].label for row in group), 2))
        isolated.update(one.item.label for one in face.undrawn if one.reason == NOT_SHAPED)
    return Customary(
        equal=frozenset(pair for pair, count in equal.items() if count >= _FAMILIES),
        isolated=frozenset(label for label, count in isolated.items() if count >= _FAMILIES),
    )


def regular_weights(splits: Path, packages: Path, split: Split) -> list[Path]:
    """The regular weight of each family of a split, of those whose package is there."""
    names = pinned_packages(splits, split)
    files = [packages / name / "files" / f"{name}-arabic-400-normal.woff2" for name in names]
    return [file for file in files if file.is_file()]


def main(splits: Path, packages: Path) -> None:
    """Write customary.json."""
    policy = RasterPolicy(
        size=128, diacritic_size=64, diacritic_ratio=0.25, fill="winding", anchor="top_left"
    )
    files = regular_weights(splits, packages, "train")
    found = customs_of(face for file in files for face in draw_file(file, policy).faces)
    content = {"equal": sorted(found.equal), "isolated": sorted(found.isolated)}
    write_json(_FILE, content)
    counts = f"{len(found.equal)} pairs, {len(found.isolated)} forms"
    print(f"{_FILE.name}: {counts}, of {len(files)} families")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

"""Faults planted in sound fonts: which `rasm check` finds, and what it says of sound glyphs.

`python -m bench.planted_faults [--split val] [--variants 4] [--outputs models/1] [FONT...]`. The
regular weight of each family of a split is read as it is, which gives the false alarms, and again
with a dozen faults: glyphs swapped, copied over another, an isolated form for a joining one, glyphs
without outline, three glyphs that each show the next one, a mark of above and one of below. Half of
those that change places are neighbours, letters of one skeleton; the others are any. In every other
variant two characters change places in all their forms. Fonts that are named are only read as they
are. A family counts as sound, though what is said of it is true here and there.
"""

import io
import sys
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

from rasm.checking.customary import regular_weights
from rasm.checking.kinds import FAULTS, side_of
from rasm.checking.levels import LEVELS
from rasm.fonts.files import open_face
from rasm.query.check import FontCheck, check_face
from rasm.query.recognizer import Recognizer
from rasm.query.run_files import default_outputs
from rasm.raster.face import DrawnFace, draw_face, draw_file

PACKAGES = Path("dataset/fonts/node_modules/@fontsource")
SPLITS = Path("dataset/splits.json")
EACH = 2  # faults of a kind in one variant
PLANTED = ("swapped", "misplaced", "duplicate", "isolated", "empty", "misencoded")
NAMED = {"misplaced": "swapped"}


class Patient:
    """A sound font, and copies of it with faults."""

    def __init__(self, path: Path, recognizer: Recognizer) -> None:
        self.path, self.recognizer = path, recognizer
        self.font = TTFont(path)
        self.font.flavor = None
        _decompose(self.font)
        (self.face,) = draw_file(path, recognizer.policy).faces
        number = {label: i for i, label in enumerate(recognizer.labels)}
        shape = recognizer.shapes.class_of
        users = Counter(glyph for run in self.face.glyphs for glyph in run)
        self.all_items = {item.label: item for item in self.face.items}
        self.shape = {one: int(shape[number[one]]) for one in self.all_items if one in number}
        self.glyph = {
            item.label: self.font.getGlyphName(run[0].number)
            for item, run in zip(self.face.items, self.face.glyphs, strict=True)
            if item.label in self.shape and len(run) == 1 and users[run[0]] == 1
        }
        """Of items that one glyph shows which shows nothing else."""

    def variant(self, seed: int) -> tuple[DrawnFace, dict[str, str]]:
        """The face with faults, and the kind of each faulty label."""
        rng = np.random.default_rng(seed)
        buffer = io.BytesIO()
        self.font.save(buffer)
        font = TTFont(io.BytesIO(buffer.getvalue()))
        free, faults = set(self.glyph), dict[str, str]()

        def draw_lots(count: int, near: bool) -> list[str]:
            """Labels of as many shapes, of one form; neighbours where there are."""
            for _ in range(500):
                first = self.all_items[str(rng.choice(sorted(free)))]
                like = [
                    one
                    for one in sorted(free)
                    if self.all_items[one].char_class == first.char_class
                    and (not near or self.all_items[one].joining_group == first.joining_group)
                ]
                rng.shuffle(like)
                taken = [first.label]
                for one in like:
                    if self.shape[one] not in {self.shape[other] for other in taken}:
                        taken.append(one)
                    if len(taken) == count:
                        free.difference_update(taken)
                        return taken
            return []

        if seed % 2:
            faults |= self._characters_swapped(font, rng, free)
        for turn in range(EACH):
            if not seed % 2 and (pair := draw_lots(2, near=turn % 2 == 0)):
                self._show(font, pair, pair[::-1])
                faults |= dict.fromkeys(pair, "swapped")
            if pair := draw_lots(2, near=turn % 2 == 0):
                self._show(font, pair[:1], pair[1:])
                faults[pair[0]] = "duplicate"
            if cycle := draw_lots(3, near=False):
                self._show(font, cycle, [*cycle[1:], cycle[0]])
                faults |= dict.fromkeys(cycle, "misencoded")
            joined = [one for one in sorted(free) if self._alone(one)]
            if joined:
                label = str(rng.choice(joined))
                self._show(font, [label], [str(self._alone(label))])
                free.discard(label)
                faults[label] = "isolated"
            label = str(rng.choice(sorted(free)))
            font["glyf"][self.glyph[label]] = Glyph()
            free.discard(label)
            faults[label] = "empty"
        if pair := self._marks_of_one_shape(rng, free):
            self._show(font, pair, pair[::-1])
            faults |= dict.fromkeys(pair, "misplaced")
        buffer = io.BytesIO()
        font.save(buffer)
        face = draw_face(self.path.name, open_face(buffer.getvalue()), self.recognizer.policy)
        return face, faults

    def _marks_of_one_shape(self, rng: np.random.Generator, free: set[str]) -> list[str]:
        """A mark that stands above and one of the same shape below."""
        sides = {label: side_of(self.all_items[label]) for label in sorted(free)}
        pairs = [
            [above, below]
            for above, side in sides.items()
            for below, other in sides.items()
            if (side, other) == (1, -1) and self.shape[above] == self.shape[below]
        ]
        return pairs[int(rng.integers(len(pairs)))] if pairs else []

    def _alone(self, label: str) -> str | None:
        """The isolated form of a joining one, where it is another shape and a glyph of its own."""
        item = self.all_items[label]
        if item.form == "isol":
            return None
        for other in self.glyph:
            one = self.all_items[other]
            if one.form == "isol" and one.code_points == item.code_points:
                return other if self.shape[other] != self.shape[label] else None
        return None

    def _show(self, font: TTFont, labels: Sequence[str], instead: Sequence[str]) -> None:
        """Let the glyphs of some labels show what those of others do."""
        glyphs, metrics = font["glyf"], font["hmtx"]
        shown = [(glyphs[self.glyph[one]], metrics[self.glyph[one]]) for one in instead]
        for label, (outline, width) in zip(labels, shown, strict=True):
            glyphs[self.glyph[label]] = outline
            metrics[self.glyph[label]] = width

    def _characters_swapped(
        self, font: TTFont, rng: np.random.Generator, free: set[str]
    ) -> dict[str, str]:
        """Two letters that join on both sides change places in the character map."""
        forms = defaultdict(list)
        for item in self.face.items:
            if len(item.code_points) == 1 and item.label in self.shape:
                forms[item.code_points[0]].append(item.label)
        letters = sorted(code for code, labels in forms.items() if len(labels) == 4)
        one, other = (int(code) for code in rng.choice(letters, 2, replace=False))
        for mapping in {id(table.cmap): table.cmap for table in font["cmap"].tables}.values():
            if one in mapping and other in mapping:
                mapping[one], mapping[other] = mapping[other], mapping[one]
        free.difference_update(forms[one], forms[other])
        by_form = [{self.all_items[x].form: x for x in forms[code]} for code in (one, other)]
        return {
            label: "swapped"
            for form in by_form[0].keys() & by_form[1].keys()
            if self.shape[by_form[0][form]] != self.shape[by_form[1][form]]
            for label in (by_form[0][form], by_form[1][form])
        }


def _decompose(font: TTFont) -> None:
    """Let every glyph be outlines of its own, that a fault in one is none in another."""
    outlines = font.getGlyphSet()
    for name in font.getGlyphOrder():
        if font["glyf"][name].isComposite():
            recorded, pen = DecomposingRecordingPen(outlines), TTGlyphPen(None)
            outlines[name].draw(recorded)
            recorded.replay(pen)
            font["glyf"][name] = pen.glyph()


@dataclass(frozen=True)
class Asked:
    """What was planted in a label, and what came of it; empty texts for nothing."""

    font: str
    label: str
    planted: str
    kind: str
    level: str


def asked_of(patient: Patient, variants: int) -> tuple[FontCheck, list[Asked]]:
    """The font as it is, and each fault that was planted in its variants."""
    faults: list[Asked] = []
    for seed in range(variants):
        face, planted = patient.variant(seed)
        suspects = {one.label: one for one in check_face(face, patient.recognizer).suspects}
        for label, kind in planted.items():
            one = suspects.get(label)
            found = (one.kind, one.level) if one else ("", "")
            faults.append(Asked(patient.path.name, label, kind, *found))
    return check_face(patient.face, patient.recognizer), faults


def show_recall(faults: Sequence[Asked]) -> None:
    """Of each kind of fault the share that is found at a level or above, and by its name."""
    print(f"{'planted':12} {'n':>4}  {'fail':>5}  {'warn+':>5}  {'info+':>5}  {'named':>5}")
    for kind in (*PLANTED, "all"):
        rows = [one for one in faults if kind in ("all", one.planted)]
        reached = [
            np.mean([one.level in LEVELS[: count + 1] for one in rows]) for count in range(3)
        ]
        named = np.mean([NAMED.get(one.planted, one.planted) == one.kind for one in rows])
        shares = "  ".join(f"{share:5.3f}" for share in (*reached, named))
        print(f"{kind:12} {len(rows):4}  {shares}")


def show_false(checks: Sequence[FontCheck]) -> None:
    """What is said of fonts as they are, in numbers for each 1,000 glyphs."""
    print(f"{'as they are':44} {'glyphs':>6}  {'read':>5}  {'fail':>5} {'warn':>5} {'info':>5}")
    for check in (*checks, None):
        these = [check] if check else list(checks)
        glyphs = sum(len(one.verdicts) for one in these)
        counts = [sum(one.count(level) for one in these) for level in LEVELS]
        read = sum(one.shape_top1 * len(one.verdicts) for one in these) / glyphs
        name = check.font if check else "all, for each 1,000 glyphs"
        shown = " ".join(f"{n:5}" if check else f"{1000 * n / glyphs:5.1f}" for n in counts)
        print(f"{name[:44]:44} {glyphs:6}  {read:.3f}  {shown}")
    kinds = Counter((s.level, s.kind) for one in checks for s in one.suspects)
    for level in LEVELS:
        counts = [f"{kinds[level, kind]} {kind}" for kind in FAULTS if kinds[level, kind]]
        print(f"  {level}: {', '.join(counts)}")


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("fonts", nargs="*", type=Path)
    parser.add_argument("--split", default="val", choices=("train", "val", "test"))
    parser.add_argument("--variants", type=int, default=4)
    parser.add_argument("--outputs", type=Path, default=None)
    parser.add_argument("--list", action="store_true", help="what fails in fonts as they are")
    asked = parser.parse_args()
    recognizer = Recognizer.load(asked.outputs or default_outputs())
    checks, faults = list[FontCheck](), list[Asked]()
    if asked.fonts:
        checks = list(read_as_they_are(asked.fonts, recognizer))
    for path in () if asked.fonts else regular_weights(SPLITS, PACKAGES, asked.split):
        check, planted = asked_of(Patient(path, recognizer), asked.variants)
        checks.append(check)
        faults += planted
        print(f"{path.name}: {len(planted)} faults", file=sys.stderr, flush=True)
    if faults:
        show_recall(faults)
    show_false(checks)
    if asked.list:
        for check in checks:
            for one in check.suspects:
                if one.level == "fail":
                    print(f"{check.font}: {one.label}: {one.kind}: {one.doubt:.1f}: {one.reason}")


def read_as_they_are(fonts: Sequence[Path], recognizer: Recognizer) -> Iterator[FontCheck]:
    """The check of each face of each font; what cannot be read is said."""
    for path in fonts:
        drawn = draw_file(path, recognizer.policy)
        if drawn.error:
            print(f"{path}: {drawn.error}", file=sys.stderr)
        for face in drawn.faces:
            try:
                yield check_face(face, recognizer)
            except ValueError as error:
                print(error, file=sys.stderr)


if __name__ == "__main__":
    main()

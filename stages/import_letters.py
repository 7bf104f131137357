"""Tracings of letters, or a font that stands in for them -> a corpus of two drawings a letter."""

from pathlib import Path

from rasm.corpora.corpus import read_corpus
from rasm.corpora.letters import LetterParams, import_letters
from rasm.corpora.scripts import locked_packages
from rasm.report.terminal import say
from stages.progress import Track

_PACKAGE = "noto-sans-old-north-arabian"
_FONT = f"files/{_PACKAGE}-old-north-arabian-400-normal.woff2"


class Params(LetterParams, frozen=True, extra="forbid"):
    """The section import_letters of params.yaml."""


def main(
    params: Params, track: Track, *, letters: Path, packages: Path, lock: Path, corpus: Path
) -> None:
    """Take the letters of the folder; the font's where it holds none."""
    (package,) = locked_packages(packages, lock, [_PACKAGE])
    import_letters(letters, package / _FONT, corpus, params)
    made = read_corpus(corpus)
    say(
        f"  {len(made.items)} drawings of {len(made.class_to_idx)} letters, the first is "
        f"{made.items[0].source}"
    )
    for notes, what, name in (
        (made.left_out, "left out", "left_out.jsonl"),
        (made.remarks, "changed", "remarks.jsonl"),
    ):
        if notes:
            say(
                f"  {len(notes)} files {what}, see {corpus / name}; the first is"
                f" {notes[0].file}: {notes[0].reason}"
            )

"""Anybody's folder of pictures -> a corpus, split by the things that they show."""

from pathlib import Path

from rasm.corpora.corpus import read_corpus
from rasm.corpora.folder import FolderParams, import_folder
from rasm.labels.splits import SPLITS
from rasm.report.terminal import say
from stages.progress import Track


class Params(FolderParams, frozen=True, extra="forbid"):
    """The section import_folder of params.yaml."""


def main(params: Params, track: Track, *, pictures: Path, corpus: Path, seed: int) -> None:
    """Take in what can be read; what cannot is listed with the reason."""
    import_folder(pictures, corpus, params, seed, jobs=-1)
    made = read_corpus(corpus)
    for split in SPLITS:
        own = made.of(split)
        print(
            f"  {split}: {len(own)} pictures of {len({i.label for i in own})} classes and "
            f"{len({i.group for i in own})} IDs"
        )
    if made.left_out:
        first = made.left_out[0]
        say(
            f"  {len(made.left_out)} files left out, see {corpus / 'left_out.jsonl'}; the first is"
            f" {first.file}: {first.reason}"
        )

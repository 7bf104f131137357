"""Own letters where there are some, else the locked font."""

import json
from pathlib import Path

import pytest

from rasm.corpora.corpus import Corpus, read_corpus
from stages.import_letters import Params, main
from tests.corpora.image_folder import put
from tests.corpora.letter_fonts import write_letter_font
from tests.training.toy import silent

PACKAGE = "noto-sans-old-north-arabian"


def made(root: Path, installed: str = "1.0.0") -> Corpus:
    """The corpus of a checkout whose lock pins version 1.0.0."""
    package = root / "packages" / PACKAGE
    (package / "files").mkdir(parents=True)
    (package / "package.json").write_text(json.dumps({"version": installed}))
    write_letter_font(package / f"files/{PACKAGE}-old-north-arabian-400-normal.woff2")
    pinned = {f"node_modules/@fontsource/{PACKAGE}": {"version": "1.0.0"}}
    (root / "lock.json").write_text(json.dumps({"packages": pinned}))
    main(
        Params(size=32, margin=0.1, max_pixels=10_000),
        silent,
        letters=root / "letters",
        packages=root / "packages",
        lock=root / "lock.json",
        corpus=root / "corpus",
    )
    return read_corpus(root / "corpus")


def test_the_font_stands_in_for_missing_letters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(made(tmp_path).items) == 58
    assert "58 drawings of 29 letters" in capsys.readouterr().out


def test_own_letters_replace_the_font(tmp_path: Path) -> None:
    put(tmp_path / "letters", "alif/ideal.png")
    assert [item.source for item in made(tmp_path).items] == ["alif/ideal.png"]


def test_what_was_left_out_and_what_was_changed_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "letters", "alif/ideal.png", 32, 32)
    put(tmp_path / "letters", "ba/square.png", 32, 32)
    put(tmp_path / "letters", "ha/ideal.png", 64, 16)
    made(tmp_path)
    assert capsys.readouterr().out.splitlines()[1:] == [
        f"  1 files left out, see {tmp_path / 'corpus/left_out.jsonl'}; the first is"
        " ba/ideal.png: no ideal.png: a letter without it is not used",
        f"  1 files changed, see {tmp_path / 'corpus/remarks.jsonl'}; the first is"
        " ha/ideal.png: resized from 64x16",
    ]


def test_nothing_left_out_or_changed_is_not_spoken_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path / "letters", "alif/ideal.png", 32, 32)
    made(tmp_path)
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_another_version_than_is_locked_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"0\.9\.0 is installed, 1\.0\.0 is locked"):
        made(tmp_path, installed="0.9.0")

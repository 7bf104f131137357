"""The page of curves and tables, from a folder of a few of them."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rasm.report.plot_page import main

FILES = {
    "curves/phase1.tsv": "epoch\tlr\ttrain_loss\tval_accuracy_inked\n1\t0.1\t0.5\t0.75\n",
    "curves/phase2.tsv": "epoch\tlr\ttrain_loss\tval_new\n1\t0.1\t4\t\n2\t0\t2\t0.5\n",
    "curves/embedder_my coins.tsv": "epoch\tlr\ttrain_loss\tval_spread\n1\t0.1\t9\t1.25\n",
    "evaluate/phase2/families.csv": (
        "family,glyphs,strict_top1,shape_top1\nCairo,251,0.5,0.75\nA&B,1066,0.25,0.5\n"
    ),
    "evaluate/fusion/families.csv": "family,glyphs,strict_top1,shape_top1\nCairo,251,0.5,1\n",
    "evaluate/phase1/frequency.csv": (
        "training_cells,primitives,cells,accuracy\n000300-000499,13,423,0.125\n100000+,1,0,\n"
    ),
    "evaluate/phase2/confusions.csv": "pair,actual,predicted,glyphs\nbeh -> teh,beh,teh,5\n",
    "evaluate/phase1/confusions.csv": "pair,actual,predicted,cells\n283 -> 8,283,8,19\n",
}


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "plots" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    sheet = Image.fromarray(np.zeros((3, 1), dtype=np.uint8))
    sheet.save(tmp_path / "plots/evaluate/phase1/confusions.png")
    return tmp_path


def page(outputs: Path) -> str:
    assert main(outputs) == 0
    return (outputs / "plots/index.html").read_text(encoding="utf-8")


def test_page_holds_every_run_and_every_row(outputs: Path) -> None:
    text = page(outputs)
    drawn = re.findall(r"<text [^>]*>([^<]*)</text>", text)
    assert {"phase1", "phase2", "fusion", "embedder my coins"} <= set(drawn)
    assert {"Cairo (251 glyphs)", "A&amp;B (1,066 glyphs)"} <= set(drawn)
    assert {"300-499 (423 cells)", "100000+ (0 cells)", "beh -&gt; teh", "283 -&gt; 8"} <= set(
        drawn
    )


def test_titles_are_unique_and_a_new_quantity_has_a_chart(outputs: Path) -> None:
    titles = re.findall("<figcaption>(.*)</figcaption>", page(outputs))
    assert len(set(titles)) == len(titles)
    assert {"Recogniser: training loss", "Embedders: training loss"} <= set(titles)
    assert {"Recogniser: val_new", "What phase1 confuses most, in pictures"} <= set(titles)


def test_page_refers_to_nothing_outside_itself(outputs: Path) -> None:
    text = re.sub(r' xmlns(:\w+)?="[^"]*"', "", page(outputs))
    assert "://" not in text and "@import" not in text and "<script" not in text
    sources = re.findall(r'\b(?:src|href)="([^"]*)"', text)
    assert any(source.startswith("data:image/png;base64,") for source in sources)
    assert all(source.startswith(("data:", "#")) for source in sources)


def test_same_files_make_the_same_bytes(outputs: Path) -> None:
    assert page(outputs) == page(outputs)


def test_one_table_alone_is_a_page(outputs: Path) -> None:
    for name in FILES.keys() - {"evaluate/fusion/families.csv"}:
        (outputs / "plots" / name).unlink()
    titles = re.findall("<figcaption>(.*)</figcaption>", page(outputs))
    assert titles == ["Right labels by family", "Right shapes by family"]


def test_without_any_data_it_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(tmp_path) == 1
    assert "make run" in capsys.readouterr().err
    assert not (tmp_path / "plots").exists()


def test_what_is_no_number_is_named(outputs: Path) -> None:
    (outputs / "plots/curves/phase2.tsv").write_text("epoch\ttrain_loss\n1\tmuch\n")
    with pytest.raises(ValueError, match="train_loss of phase2 is 'much'"):
        main(outputs)

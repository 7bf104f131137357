"""What the page says and shows of labels."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rasm.fonts.sources import SCOPE
from rasm.raster.packing import unpack
from rasm.retrieval.index_folder import Entry
from rasm.service.page.labels import (
    CHARACTER_SIDE,
    GLYPH_SIDE,
    described_characters,
    described_glyphs,
    drawn_characters,
    drawn_glyphs,
)

DATASET = Path(__file__).parents[3] / "dataset"
FONTS = DATASET / "fonts"
KO_KAI = Entry("THAI CHARACTER KO KAI", "noto-sans-thai", "Thai", (0xE01,), 0, "exemplar")


def test_labels_have_characters_and_a_kind() -> None:
    beh, fatha = described_glyphs(["beh_init", "fatha"])
    assert beh == {
        "label": "beh_init",
        "text": "ب\u200d",
        "codes": (0x628,),
        "name": "ARABIC LETTER BEH",
        "kind": "initial",
    }
    assert fatha["kind"] == "mark"


@pytest.mark.slow
def test_examples_are_centred_pictures_and_marks_are_small() -> None:
    alef, fatha = unpack(drawn_glyphs(["alef", "fatha"], FONTS))
    assert alef.shape == (GLYPH_SIDE, GLYPH_SIDE)
    rows, columns = (np.flatnonzero(alef.any(axis=axis)) for axis in (1, 0))
    assert len(rows) == GLYPH_SIDE
    assert abs(columns[0] + columns[-1] - (GLYPH_SIDE - 1)) <= 1
    assert 0 < np.ptp(np.flatnonzero(fatha.any(axis=0))) < GLYPH_SIDE // 2


@pytest.mark.slow
def test_a_label_that_no_font_draws_is_named(tmp_path: Path) -> None:
    """All that this folder has is two fonts: to draw all that there are would take a while."""
    packages = tmp_path / "node_modules" / SCOPE
    packages.mkdir(parents=True)
    lock = json.loads((FONTS / "package-lock.json").read_bytes())
    names = [f"node_modules/{SCOPE}/{name}" for name in ("noto-naskh-arabic", "scheherazade-new")]
    lock["packages"] = {name: lock["packages"][name] for name in names}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    for name in names:
        (tmp_path / name).symlink_to(FONTS / name)
    with pytest.raises(ValueError, match="draws no_such_letter$"):
        drawn_glyphs(["alef", "no_such_letter"], tmp_path)


def test_a_character_is_of_its_script() -> None:
    (described,) = described_characters([KO_KAI])
    assert described["text"] == "ก"
    assert described["kind"] == "Thai"


@pytest.mark.slow
def test_characters_are_drawn_by_the_font_that_they_came_from() -> None:
    (drawn,) = unpack(drawn_characters([KO_KAI], DATASET / "scripts"))
    assert drawn.shape == (CHARACTER_SIDE, CHARACTER_SIDE)
    assert drawn.any(axis=1).all()  # its longer side fills the picture
    with pytest.raises(ValueError, match="noto-sans-thai U\\+0628"):
        drawn_characters([replace(KO_KAI, codepoints=(0x628,))], DATASET / "scripts")

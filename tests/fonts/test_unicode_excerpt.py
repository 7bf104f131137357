"""The excerpt is made from the lines that this file quotes from Unicode 15.0."""

import subprocess
import sys
from pathlib import Path

import pytest

from rasm.fonts.unicode_excerpt import excerpt, is_needed, joining, version

UNICODE_DATA = """\
0041;LATIN CAPITAL LETTER A;Lu;0;L;;;;;N;;;;0061;
0622;ARABIC LETTER ALEF WITH MADDA ABOVE;Lo;0;AL;0627 0653;;;;N;;;;;
0628;ARABIC LETTER BEH;Lo;0;AL;;;;;N;;;;;
064E;ARABIC FATHA;Mn;30;NSM;;;;;N;ARABIC FATHAH;;;;
FD3E;ORNATE LEFT PARENTHESIS;Pe;0;ON;;;;;N;;;;;
FE8F;ARABIC LETTER BEH ISOLATED FORM;Lo;0;AL;<isolated> 0628;;;;N;;;;;
FEFC;ARABIC LIGATURE LAM WITH ALEF FINAL FORM;Lo;0;AL;<final> 0644 0627;;;;N;;;;;
"""
ARABIC_SHAPING = """\
# ArabicShaping-15.0.0.txt
# Date: 2022-02-14, 18:50:00 GMT [KW, RP]

0622; ALEF WITH MADDA ABOVE; R; ALEF
0628; BEH; D; BEH # a comment
"""


def test_excerpt_holds_the_needed_rows_with_joining_and_defaults() -> None:
    lines = list(excerpt(UNICODE_DATA.splitlines(), ARABIC_SHAPING.splitlines()))
    assert lines[0].startswith("# Unicode 15.0.0")
    assert "python -m rasm.fonts.unicode_excerpt FOLDER" in lines[2]
    assert [line.split("\t") for line in lines[3:]] == [
        ["code_point", "name", "general_category"]
        + ["joining_type", "joining_group", "decomposition"],
        ["0622", "ARABIC LETTER ALEF WITH MADDA ABOVE", "Lo", "R", "ALEF", "0627 0653"],
        ["0628", "ARABIC LETTER BEH", "Lo", "D", "BEH", ""],
        ["064E", "ARABIC FATHA", "Mn", "T", "No_Joining_Group", ""],
        ["FD3E", "ORNATE LEFT PARENTHESIS", "Pe", "U", "No_Joining_Group", ""],
        ["FEFC", "ARABIC LIGATURE LAM WITH ALEF FINAL FORM", "Lo", "U"]
        + ["No_Joining_Group", "<final> 0644 0627"],
    ]


def test_command_prints_the_excerpt_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "UnicodeData.txt").write_text(UNICODE_DATA)
    (tmp_path / "ArabicShaping.txt").write_text(ARABIC_SHAPING)
    command = [sys.executable, "-m", "rasm.fonts.unicode_excerpt"]
    lib = str(Path(__file__).parents[2] / "lib")
    done = subprocess.run(
        [*command, str(tmp_path)], capture_output=True, text=True, check=True, cwd=lib
    )
    expected = excerpt(UNICODE_DATA.splitlines(), ARABIC_SHAPING.splitlines())
    assert done.stdout.splitlines() == list(expected)
    wrong = subprocess.run(command, capture_output=True, text=True, check=False, cwd=lib)
    assert wrong.returncode == 1
    assert "usage" in wrong.stderr


@pytest.mark.parametrize(
    ("code_point", "decomposition", "needed"),
    [
        (0x0041, "", False),  # Latin
        (0x2E41, "", True),  # reversed comma, used in Arabic script only
        (0xFE8F, "<isolated> 0628", False),  # one letter: shaping gives it
        (0xFEFC, "<final> 0644 0627", True),  # a ligature
        (0xFDFD, "", True),  # bismillah, a character of its own
    ],
)
def test_is_needed(code_point: int, decomposition: str, needed: bool) -> None:
    assert is_needed(code_point, decomposition) is needed


def test_joining_reads_type_and_group() -> None:
    assert joining(ARABIC_SHAPING.splitlines()) == {
        0x0622: ("R", "ALEF"),
        0x0628: ("D", "BEH"),
    }


def test_version_must_be_stated() -> None:
    with pytest.raises(ValueError, match=r"ArabicShaping\.txt"):
        version(["# nothing"])

"""Two runs compared class by class, as typed."""

from pathlib import Path

import numpy as np
import pytest

from experiments.classes import main
from rasm.report.class_tables import ClassAnswers

TRUTH = np.array([*"aaabbb"])
FILES = np.array([f"{number}.png" for number in range(6)])


def write(folder: Path, answered: str, order: tuple[int, ...] = (0, 1, 2, 3, 4, 5)) -> str:
    """Answers to the first pictures, in this order."""
    folder.mkdir()
    rows = np.array(order)
    files = FILES[rows]
    ClassAnswers(TRUTH[rows], np.array([*answered])[rows], files, files).write(folder)
    return str(folder)


def test_what_the_second_run_adds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """b was always taken for a, and is read rightly after; the order of questions is no matter."""
    before = write(tmp_path / "before", "aaaaaa")
    after = write(tmp_path / "after", "aaabbb", (5, 4, 3, 2, 1, 0))
    assert main([before, after]) == 0
    out = capsys.readouterr().out
    assert out.startswith("6 pictures of 6 groups, 2 classes")
    lines = [line.split("│")[1:] for line in out.splitlines() if "│" in line]
    rows = {cells[0].strip(): cells[1:] for cells in lines}
    assert [cell.strip() for cell in rows["b"][:4]] == ["3", "0.0000", "1.0000", "+1.0000"]
    assert [cell.strip() for cell in rows["a"][:4]] == ["3", "0.6667", "1.0000", "+0.3333"]
    assert "2 classes rise so, 0 fall" in out
    assert main([before, before]) == 0
    assert "0 classes rise so, 0 fall" in capsys.readouterr().out
    assert main([before, after, "--most", "1"]) == 0
    assert "│ a " not in capsys.readouterr().out


def test_other_questions_are_not_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, part = write(tmp_path / "whole", "aaabbb"), write(tmp_path / "part", "aaabbb", (0, 1, 2))
    for pair in ((whole, part), (part, whole)):
        with pytest.raises(SystemExit) as ended:
            main(list(pair))
        assert ended.value.code == 2
        said = capsys.readouterr().err
        assert "part was not asked '3.png' of class 'b'" in said and "3 questions differ" in said
    with pytest.raises(SystemExit):
        main([whole, str(tmp_path)])
    assert "answers.csv is missing" in capsys.readouterr().err

"""`rasm check` as a font engineer calls it: the released model, a font with planted faults."""

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import Result
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from typer.testing import CliRunner

from rasm.bounded.workers import Workers
from rasm.fonts.sfnt import FONT_LIMITS
from rasm.query import check_command
from rasm.query.check import FontCheck, check_face, drawn_file
from rasm.query.check_command import font_files
from rasm.query.cli import app
from rasm.query.recognizer import Recognizer
from tests.fonts.building import package_file
from tests.released import RELEASE

pytestmark = pytest.mark.slow  # the released model is loaded, and processes are started
Rasm = Callable[..., Result]
FONT = "tajawal"
# What each glyph shows instead of its own drawing; names are those of the font.
PLANTED = {
    "jeem": ("seen", "swapped"),
    "seen": ("jeem", "swapped"),
    "meem_init": ("noon_init", "duplicate"),
    "ain_medi": ("ain", "isolated"),
    "waw": ("", "empty"),
    "dal": ("hah", "misencoded"),
    "hah": ("tah", "misencoded"),
    "tah": ("dal", "misencoded"),
}


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load(RELEASE)


@pytest.fixture(scope="module")
def sound(recognizer: Recognizer) -> FontCheck:
    return checked(package_file(FONT), recognizer)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory, recognizer: Recognizer) -> Path:
    """The font with a fault of each kind."""
    (drawn,) = drawn_file(package_file(FONT), recognizer.policy)
    font = TTFont(package_file(FONT))
    font.flavor = None
    (face,) = drawn.faces
    name = {
        item.label: font.getGlyphName(run[0].number)
        for item, run in zip(face.items, face.glyphs, strict=True)
    }
    outlines = {one: font["glyf"][name[one]] for one in name}
    for label, (shown, _) in PLANTED.items():
        font["glyf"][name[label]] = outlines[shown] if shown else Glyph()
    path = tmp_path_factory.mktemp("planted") / "faulty.ttf"
    font.save(path)
    return path


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(FONT_LIMITS, jobs=1) as started:
        yield started


@pytest.fixture
def rasm(recognizer: Recognizer, workers: Workers, monkeypatch: pytest.MonkeyPatch) -> Rasm:
    """The command, by a model that is loaded and a worker that runs already."""
    monkeypatch.setattr(Recognizer, "load", lambda *_: recognizer)
    monkeypatch.setattr(check_command, "Workers", lambda _: nullcontext(workers))

    def call(*words: object) -> Result:
        line = ["check", "--outputs", str(RELEASE), *map(str, words)]
        return CliRunner().invoke(app, line)

    return call


def checked(path: Path, recognizer: Recognizer) -> FontCheck:
    (drawn,) = drawn_file(path, recognizer.policy)
    return check_face(drawn.faces[0], recognizer)


def test_each_planted_fault_is_found_by_its_kind_and_partner(
    faulty: Path, sound: FontCheck, recognizer: Recognizer
) -> None:
    found = {one.label: one for one in checked(faulty, recognizer).suspects}
    assert {label: found[label].kind for label in PLANTED} == {
        label: kind for label, (_, kind) in PLANTED.items()
    }
    assert {label for label, one in found.items() if one.level == "fail"} <= set(PLANTED)
    assert {found[label].level for label in PLANTED} <= {"fail", "warn"}
    for label in ("jeem", "seen", "meem_init", "ain_medi"):
        assert found[label].partner == PLANTED[label][0]
    assert found["waw"].verdict is None
    assert not [one for one in sound.suspects if one.level == "fail"]


def test_json_tells_glyph_form_and_what_was_read(faulty: Path, rasm: Rasm) -> None:
    (told,) = json.loads(rasm(faulty, "--json").stdout)
    found = {one["label"]: one for one in told["suspects"]}
    assert told["levels"]["fail"] == sum(one["level"] == "fail" for one in told["suspects"])
    medial = found["ain_medi"]
    assert (medial["feature"], medial["code_points"], medial["ligature"]) == ("medi", "0639", False)
    assert medial["glyphs"][0].keys() == {"number", "name"}
    assert medial["looks_like"][0] == "ain" and medial["probability"] < 0.1
    assert found["waw"]["kind"] == "empty" and found["waw"]["probability"] is None


def test_reports_baseline_and_exit_status(faulty: Path, tmp_path: Path, rasm: Rasm) -> None:
    junit, page, table = (tmp_path / name for name in ("out.xml", "out.html", "out.md"))
    accepted = tmp_path / "accepted.json"
    reports = ("--junit", junit, "--html", page, "--markdown", table)
    first = rasm(faulty, "--fail-on", "fail", *reports)
    assert first.exit_code == 3
    assert all(len(line) <= 80 for line in first.stdout.splitlines() if "strict" not in line)
    fails = int(first.stdout.split(" fail,")[0].rpartition(" ")[2])
    assert len(list(ET.parse(junit).getroot().iter("failure"))) == fails >= 6
    assert "data:image/png" in page.read_text() and "| swapped |" in table.read_text()
    accept = ("--baseline", accepted, "--update-baseline")
    assert rasm(faulty, *accept, "--fail-on", "warn").exit_code == 0
    later = rasm(faulty, *accept[:2], "--fail-on", "warn", "--level", "info")
    assert later.exit_code == 0 and "0 fail, 0 warn, 0 info" in later.stdout
    assert rasm(faulty, "--baseline", tmp_path / "none.json").exit_code == 2


def test_versions_compared_tell_what_changed_alone(faulty: Path, rasm: Rasm) -> None:
    later = rasm(faulty, "--against", package_file(FONT), "--fail-on", "fail", "--json")
    assert later.exit_code == 3
    (told,) = json.loads(later.stdout)
    assert {one["label"] for one in told["suspects"] if one["level"] != "info"} == set(PLANTED)
    back = rasm(package_file(FONT), "--against", faulty, "--fail-on", "warn", "--json")
    assert back.exit_code == 0
    assert {one["label"] for one in json.loads(back.stdout)[0]["mended"]} >= set(PLANTED)
    assert rasm(faulty, faulty.parent, package_file(FONT), "--against", faulty).exit_code == 2


def test_a_folder_is_its_fonts_and_one_that_is_none_costs_its_own_line(
    faulty: Path, tmp_path: Path, rasm: Rasm
) -> None:
    (tmp_path / "deep").mkdir()
    broken, copy = tmp_path / "a.ttf", tmp_path / "deep/b.TTF"
    broken.write_bytes(b"no font")
    copy.write_bytes(faulty.read_bytes())
    (tmp_path / "notes.txt").write_text("no font")
    assert font_files([tmp_path, copy]) == [broken, copy]
    done = rasm(tmp_path, "--fail-on", "fail", "--top", "1")
    assert done.exit_code == 1
    assert "a.ttf: not a font file" in done.stderr and "b.TTF: " in done.stdout
    (tmp_path / "none").mkdir()
    assert rasm(tmp_path / "none").exit_code == 2

"""What `rasm check` found as files for others: JUnit for continuous integration, Markdown to read.

Names of fonts and of their glyphs come from files that anybody made: here they are text and nothing
else.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from rasm.checking.kinds import feature_of
from rasm.checking.levels import LEVELS, Level
from rasm.fonts.inventory import Item
from rasm.report.terminal import printable
from rasm.store.atomic import replacing

if TYPE_CHECKING:
    from rasm.query.check import FileCheck, FontCheck, Suspect

_MARKED = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>#|~&"})


def write_junit(path: Path, files: "Sequence[FileCheck]", failing: Sequence[Level]) -> None:
    """A suite a font, a case a suspect; those of `failing` levels are failures.

    One more case holds the glyphs that are as they should be. A font that could not be read is an
    error.
    """
    root = ET.Element("testsuites", name="rasm check")
    for file in files:
        for check in file.checks:
            suite = ET.SubElement(root, "testsuite", name=printable(f"{file.path}: {check.font}"))
            for one in check.suspects:
                case = _case(suite, f"{one.label} ({glyph_names(one)})", check)
                told = _sentence(one)
                if one.level in failing:
                    attributes = {"type": one.kind, "message": printable(told)}
                    ET.SubElement(case, "failure", attributes).text = printable(told)
                else:
                    ET.SubElement(case, "system-out").text = printable(f"{one.level}: {told}")
            sound = len(check.verdicts) - sum(one.verdict is not None for one in check.suspects)
            _case(suite, f"{sound} other glyphs", check)
            _count(suite)
        for error in file.errors:
            suite = ET.SubElement(root, "testsuite", name=printable(file.path))
            case = ET.SubElement(suite, "testcase", name="reading", classname=printable(file.path))
            ET.SubElement(case, "error", message=printable(error))
            _count(suite)
    ET.indent(root)
    with replacing(path) as temporary:
        ET.ElementTree(root).write(temporary, encoding="utf-8", xml_declaration=True)


def _case(suite: ET.Element, name: str, check: "FontCheck") -> ET.Element:
    return ET.SubElement(suite, "testcase", name=printable(name), classname=printable(check.font))


def _count(suite: ET.Element) -> None:
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        suite.set(name, str(sum(1 for _ in suite.iter(tag))))


def write_markdown(path: Path, files: "Sequence[FileCheck]", shown: Sequence[Level]) -> None:
    """A section a font, with a table of its suspects of the levels that are `shown`."""
    lines = ["# Fonts checked", ""]
    for file in files:
        for check in file.checks:
            lines += [f"## {_plain(check.font)}", "", f"{_plain(counts_of(check))}", ""]
            rows = [one for one in check.suspects if one.level in shown]
            if rows:
                lines.append("| level | kind | glyph | claims | it | p |")
                lines.append("| --- | --- | --- | --- | --- | ---: |")
                lines += [f"| {' | '.join(map(_plain, cells))} |" for cells in map(_cells, rows)]
                lines.append("")
            mended = ", ".join(one.label for one in check.mended)
            lines += [f"Mended: {_plain(mended)}", ""] if mended else []
        lines += [f"**{_plain(file.path)}**: {_plain(error)}\n" for error in file.errors]
    with replacing(path) as temporary:
        temporary.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _cells(one: "Suspect") -> tuple[str, ...]:
    names = (one.level, one.kind, glyph_names(one), points_and_form(one.item), one.reason)
    return (*names, f"{one.verdict.probability:.3f}" if one.verdict else "")


def _plain(text: object) -> str:
    return printable(text).translate(_MARKED)


def _sentence(one: "Suspect") -> str:
    p = f" (p of the claim {one.verdict.probability:.3f})" if one.verdict else ""
    claim = f"{points_and_form(one.item)}, {one.item.name}, {glyph_names(one)}"
    return f"{claim}: {one.reason}{p}"


def counts_of(check: "FontCheck") -> str:
    """How many suspects there are of each level, and what was left out."""
    counts = ", ".join(f"{check.count(level)} {level}" for level in LEVELS)
    accepted = f"; {check.accepted} more are accepted" if check.accepted else ""
    mended = f"; {len(check.mended)} mended" if check.mended else ""
    return f"{counts} of {len(check.verdicts)} glyphs{accepted}{mended}"


def glyph_names(one: "Suspect") -> str:
    """The glyphs of a suspect by name and number."""
    return " + ".join(f"{glyph.name} #{glyph.number}" for glyph in one.glyphs)


def points_and_form(item: Item) -> str:
    """The code points, the feature of the form and whether it is a ligature: `U+0628 init`."""
    points = " ".join(f"U+{code:04X}" for code in item.code_points)
    ligature = " ligature" if item.char_class == "ligature" else ""
    return f"{points} {feature_of(item)}{ligature}"

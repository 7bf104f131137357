"""Real producers of PDF files: each sets paragraphs from right to left in a font.

Typst and fpdf2 come with the environment; the others are used where they are installed, and
`missing` says which are not. They differ in the kinds of fonts that they make of one, composite or
simple, and in how they place glyphs; Ghostscript makes pictures of them for an old PDF. Of a font
with CFF outlines they make CIDFontType0C, OpenType, Type 1C, Type 1 and Type 3. Nothing is
installed for them: fontconfig is shown one folder of fonts.
"""

import html
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal

Maker = Callable[[Path, str, str, Sequence[str], Path], None]
"""Sets paragraphs in a font: its file, family and language of the text, and the PDF to write."""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_SECONDS = 240


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
    _run([program, *options, *target])


def set_by_fpdf2(font: Path, family: str, language: str, texts: Sequence[str], out: Path) -> None:
    """Set paragraphs in a font with fpdf2, shaped by HarfBuzz."""
    from fpdf import FPDF

    pdf = FPDF(format=(150, 200))
    pdf.add_page()
    pdf.add_font(family, fname=font)
    pdf.set_font(family, size=12)
    pdf.set_text_shaping(True, direction="rtl", script="arab", language=language)
    for text in texts:
        pdf.multi_cell(0, 10, text, align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.output(str(out))


_FLAT_ODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text"
  xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
  xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
  xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
  xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
  xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0">
<office:font-face-decls>
<style:font-face style:name="sample" svg:font-family="'{family}'"/></office:font-face-decls>
<office:styles><style:default-style style:family="paragraph">
<style:paragraph-properties style:writing-mode="rl-tb" fo:margin-bottom="4mm"/>
<style:text-properties style:font-name="sample" style:font-name-complex="sample"
  fo:font-size="12pt" style:font-size-complex="12pt" style:language-complex="{language}"/>
</style:default-style></office:styles>
<office:body><office:text>{body}</office:text></office:body></office:document>"""


def set_by_libreoffice(
    font: Path, family: str, language: str, texts: Sequence[str], out: Path
) -> None:
    """Set paragraphs in a font with LibreOffice Writer."""
    source = out.with_suffix(".fodt")
    body = "".join(f"<text:p>{html.escape(text)}</text:p>" for text in texts)
    written = _FLAT_ODT.format(family=family, language=language, body=body)
    source.write_text(written, encoding="utf-8")
    profile = f"-env:UserInstallation={(out.parent / 'libreoffice').as_uri()}"
    made = ["--convert-to", "pdf", "--outdir", str(out.parent), str(source)]
    _run(["soffice", profile, "--headless", *made], _only_fonts_of(font.parent, out.parent))


def set_by_pango(font: Path, family: str, language: str, texts: Sequence[str], out: Path) -> None:
    """Set paragraphs with Pango and draw them with Cairo: PDF or PostScript, as the name ends."""
    source = out.with_suffix(".txt")
    source.write_text("\n".join(texts), encoding="utf-8")
    look = [f"--font={family} 12", f"--language={language}", "--rtl", "--wrap=word", "--width=330"]
    shown = ["pango-view", "--no-display", *look, f"--output={out}", str(source)]
    _run(shown, _only_fonts_of(font.parent, out.parent))


_TEX = r"""\catcode`\{{=1 \catcode`\}}=2 \TeXXeTstate=1
\hsize=11cm \vsize=16cm \pdfpagewidth=15cm \pdfpageheight=20cm \parindent=0pt \tolerance=10000
\parfillskip=0pt plus 1fil \baselineskip=24pt \lineskip=6pt \parskip=6pt plus 6pt
\everypar{{\beginR}} \output={{\shipout\box255 }}
\font\sample="[{font}]:script=arab;language={language}" at 12pt \sample
{body}
\end
"""
_OPENTYPE = {"ar": "ARA", "fa": "FAR", "ur": "URD"}


def set_by_xetex(font: Path, family: str, language: str, texts: Sequence[str], out: Path) -> None:
    """Set paragraphs in a font with XeTeX, by its primitives alone."""
    source = out.with_suffix(".tex")
    body = "".join(f"{_escaped_for_tex(text)}\\endR\\par\n" for text in texts)
    told = _TEX.format(font=font, language=_OPENTYPE[language], body=body)
    source.write_text(told, encoding="utf-8")
    here = {**os.environ, "TEXINPUTS": f"{out.parent}:"}
    how = ["-ini", "-etex", "-no-pdf", "-interaction=nonstopmode"]
    _run(["xetex", *how, source.name], here, out.parent)
    _run(["xdvipdfmx", "-o", out.name, out.with_suffix(".xdv").name], folder=out.parent)


def _escaped_for_tex(text: str) -> str:
    r"""A text whose characters TeX takes for themselves; only these are anything else here.

    >>> _escaped_for_tex("50%")
    '50\\char37 '
    """
    return re.sub(r"[\\{}%]", lambda found: f"\\char{ord(found[0])} ", text)


def printed_by_ghostscript(
    font: Path, family: str, language: str, texts: Sequence[str], out: Path
) -> None:
    """Set paragraphs with Pango, have Cairo write PostScript, and Ghostscript a PDF of that."""
    made = out.with_suffix(".ps")
    set_by_pango(font, family, language, texts, made)
    _run([*_GHOSTSCRIPT, "-o", str(out), str(made)])


def set_in_type_3(font: Path, family: str, language: str, texts: Sequence[str], out: Path) -> None:
    """Set paragraphs with Typst, and have Ghostscript write an old PDF: its fonts are pictures."""
    made = out.with_suffix(".made.pdf")
    set_by_typst(font, family, language, texts, made)
    _run([*_GHOSTSCRIPT, "-dCompatibilityLevel=1.2", "-o", str(out), str(made)])


_GHOSTSCRIPT = ("gs", "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite")


def repacked_by_qpdf(
    font: Path, family: str, language: str, texts: Sequence[str], out: Path
) -> None:
    """Set paragraphs with Typst, and have qpdf put them into object streams, linearised."""
    made = out.with_suffix(".made.pdf")
    set_by_typst(font, family, language, texts, made)
    _run(["qpdf", "--object-streams=generate", "--linearize", str(made), str(out)])


_ALL: Mapping[str, tuple[Maker, tuple[str, ...]]] = {
    "Typst": (set_by_typst, ()),
    "Chromium": (set_by_chromium, ("chromium",)),
    "LibreOffice": (set_by_libreoffice, ("soffice",)),
    "Cairo": (set_by_pango, ("pango-view",)),
    "XeTeX": (set_by_xetex, ("xetex", "xdvipdfmx")),
    "fpdf2": (set_by_fpdf2, ()),
    "Ghostscript": (printed_by_ghostscript, ("pango-view", "gs")),
    "Ghostscript 1.2": (set_in_type_3, ("gs",)),
    "qpdf": (repacked_by_qpdf, ("qpdf",)),
}
"""Each with the programs that it needs."""
NAMES = tuple(_ALL)
WITH_OTHER_TYPE = ("Typst", "Chromium", "Ghostscript 1.2", "qpdf")
"""Those that set what a font lacks in another; the rest show boxes for it."""


def installed() -> dict[str, Maker]:
    """What sets texts from right to left on this machine."""
    lacking = missing()
    return {name: make for name, (make, _) in _ALL.items() if name not in lacking}


def missing() -> dict[str, str]:
    """The producers that this machine lacks, and why."""
    lacking = {
        name: [program for program in programs if not _is_installed(program)]
        for name, (_, programs) in _ALL.items()
    }
    return {name: f"not installed: {', '.join(of)}" for name, of in lacking.items() if of}


def _is_installed(program: str) -> bool:
    return bool(chromium() if program == "chromium" else shutil.which(program))


def _run(
    command: Sequence[str], environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> None:
    done = subprocess.run(
        command, capture_output=True, timeout=_SECONDS, env=environment, cwd=folder, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")


def _only_fonts_of(folder: Path, scratch: Path) -> dict[str, str]:
    """An environment in which fontconfig knows the fonts of a folder and no other."""
    settings = scratch / "fonts.conf"
    settings.write_text(
        f"<fontconfig><dir>{folder}</dir><cachedir>{scratch / 'fontconfig'}</cachedir></fontconfig>"
    )
    return {**os.environ, "FONTCONFIG_FILE": str(settings)}

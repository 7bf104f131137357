"""The fonts of a PDF: what each of their character codes draws, how wide it is, what it means.

From a code to a glyph, by kind of font (ISO 32000-1, 9.6.6 and 9.7.4): simple fonts by their
encoding, glyph names or the font's own character map; composite fonts by CMap and CIDToGIDMap; the
glyphs of Type 3 fonts are content streams. Outlines come from FreeType, which reads TrueType,
Type 1, CFF and OpenType alike, subsets without names or maps too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import freetype
import pikepdf
from fontTools.agl import toUnicode
from fontTools.encodings.MacRoman import MacRoman
from fontTools.encodings.StandardEncoding import StandardEncoding

from rasm.pdf.cmaps import CMap, CMapError, parse_cmap
from rasm.pdf.procedures import drawn_by
from rasm.raster.fill import curve_bounds
from rasm.raster.outline import Outline
from rasm.raster.program import glyph_outline, open_program

BROKEN = (AttributeError, LookupError, OverflowError, TypeError, ValueError, pikepdf.PdfError)
"""What comes of objects of a file that are not of the kinds that they must be."""
_TWO_BYTES = CMap(widths=((2, b"\0\0", b"\xff\xff"),))
_ONE_BYTE = CMap(widths=((1, b"\0", b"\xff"),))
_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")
_LOWEST, _TALLEST, _SPAN = 0.2, 3.0, 1.2
"""Ems from the lowest to the highest of a font's glyphs, at least and at most, and as is usual."""
_WIN_ANSI = [bytes([code]).decode("cp1252", errors="replace") for code in range(256)]


class PdfFont:
    """One font dictionary. Nothing of it is read before it is asked for; what is broken is absent.

    `problem` says why the font has no outlines; empty where it has.
    """

    def __init__(self, dictionary: Any) -> None:
        self._dictionary = dictionary
        self.kind = str(dictionary.get("/Subtype", "/Unknown"))[1:]
        self.name = str(dictionary.get("/BaseFont", dictionary.get("/Name", "/unnamed")))[1:]
        self._outlines: dict[int, Outline | None] = {}
        self.problem = ""
        self._face: freetype.Face | None = None
        self._to_cid: CMap | None = None
        self._descendant: Any = None
        self._encoding = _TWO_BYTES if self.kind == "Type0" else _ONE_BYTE
        self.texts: Mapping[int, str] = {}
        self._widths: dict[int, float] = {}
        self._other_width = 0.5
        self._names: dict[int, str] = {}
        self._gids: bytes | None = None
        try:
            self._read()
        except BROKEN as error:
            self.problem = f"its dictionary is broken: {error}"
        self.is_vertical = self._encoding.is_vertical

    def _read(self) -> None:
        self._descendant = self._first_descendant()
        self._encoding = self._code_map()
        self.texts = self._given_texts()
        self._widths, self._other_width = self._given_widths()
        self._names = self._glyph_names() if self._descendant is None else {}
        self._gids = self._given_gids()
        if self.kind != "Type3":
            self._open()

    @property
    def code_size(self) -> int:
        """Bytes of the longest code."""
        return max((size for size, _, _ in self._encoding.widths), default=1)

    @property
    def is_uniform(self) -> bool:
        """Whether all codes are of one size."""
        return len({size for size, _, _ in self._encoding.widths}) <= 1

    def codes(self, text: bytes) -> Sequence[tuple[int, bool]]:
        """Character codes of a string, and whether each is the single byte 32."""
        if self._encoding is _TWO_BYTES:
            pairs = zip(text[::2], text[1::2], strict=False)
            return [(high << 8 | low, False) for high, low in pairs]
        if self._encoding is _ONE_BYTE:
            return [(byte, byte == 32) for byte in text]
        return self._encoding.codes(text)

    def width(self, code: int) -> float:
        """Advance of a code at size 1."""
        return self._widths.get(self._cid(code), self._other_width)

    def outline(self, code: int) -> Outline | None:
        """What a code draws, in thousandths of `em`, y up; None where it draws nothing."""
        found = self._raw_outline(code)
        if found is None or self.em == 1:
            return found
        return replace(found, points=found.points / self.em)

    @cached_property
    def em(self) -> float:
        """The em at size 1, which for a Type 3 font may be anything: then by its tallest glyphs."""
        if self.kind != "Type3":
            return 1.0
        drawn = (self._raw_outline(code) for code in self._names)
        boxes = [curve_bounds(outline) for outline in drawn if outline is not None]
        height = max((b[3] for b in boxes), default=0) - min((b[1] for b in boxes), default=0)
        return 1.0 if _LOWEST <= height / 1000 <= _TALLEST else height / 1000 / _SPAN or 1.0

    def _raw_outline(self, code: int) -> Outline | None:
        if code not in self._outlines:
            try:
                self._outlines[code] = self._draw(code)
            except BROKEN:
                self._outlines[code] = None
        return self._outlines[code]

    def glyph_text(self, code: int) -> str:
        """What the font's own glyph name or encoding says that a code means; empty if nothing."""
        return str(toUnicode(self._names.get(code) or self._built_in_name(code)))

    def _built_in_name(self, code: int) -> str:
        """The name of a code's glyph in a Type 1 or bare CFF program, whose encoding names them."""
        face = self._face
        if face is None or face.is_sfnt or not face.has_glyph_names or self._descendant is not None:
            return ""
        return str(face.get_glyph_name(self._glyph_index(code)).decode("latin-1"))

    def _first_descendant(self) -> Any:
        try:
            return self._dictionary["/DescendantFonts"][0] if self.kind == "Type0" else None
        except (KeyError, IndexError, TypeError):
            self.problem = "a composite font without a descendant"
            return None

    def _code_map(self) -> CMap:
        if self._descendant is None:
            return _ONE_BYTE
        encoding = self._dictionary.get("/Encoding")
        if isinstance(encoding, pikepdf.Stream):
            try:
                self._to_cid = parse_cmap(_bytes(encoding))
            except (CMapError, pikepdf.PdfError) as error:
                self.problem = f"its encoding cannot be read: {error}"
                return _TWO_BYTES
            return self._to_cid if self._to_cid.widths else _TWO_BYTES
        if encoding not in ("/Identity-H", "/Identity-V"):
            self.problem = f"its codes are those of the predefined map {encoding}"
        if encoding == "/Identity-V":
            return CMap(widths=_TWO_BYTES.widths, is_vertical=True)
        return _TWO_BYTES

    def _cid(self, code: int) -> int:
        return code if self._to_cid is None else self._to_cid.cids.get(code, 0)

    def _given_texts(self) -> Mapping[int, str]:
        stream = self._dictionary.get("/ToUnicode")
        if not isinstance(stream, pikepdf.Stream):
            return {}
        try:
            return parse_cmap(_bytes(stream)).texts
        except (CMapError, pikepdf.PdfError):
            return {}

    def _given_widths(self) -> tuple[dict[int, float], float]:
        try:
            if self._descendant is not None:
                return _cid_widths(self._descendant)
            return _simple_widths(self._dictionary, self.kind)
        except (KeyError, TypeError, ValueError, AttributeError):
            return {}, 0.5

    def _glyph_names(self) -> dict[int, str]:
        """Code -> glyph name, of a simple font that has an encoding."""
        encoding = self._dictionary.get("/Encoding")
        base = encoding.get("/BaseEncoding") if _is_dictionary(encoding) else encoding
        tables = {"/MacRomanEncoding": MacRoman, "/StandardEncoding": StandardEncoding}
        names: dict[int, str] = {}
        if base == "/WinAnsiEncoding":
            from fontTools.agl import UV2AGL

            names = {code: UV2AGL.get(ord(char), "") for code, char in enumerate(_WIN_ANSI)}
        elif (table := tables.get(str(base))) is not None:
            names = dict(enumerate(table))
        if _is_dictionary(encoding) and isinstance(encoding.get("/Differences"), pikepdf.Array):
            code = 0
            for item in encoding["/Differences"]:
                if isinstance(item, pikepdf.Name):
                    names[code] = str(item)[1:]
                    code += 1
                else:
                    code = int(item)
        return {code: name for code, name in names.items() if name not in ("", ".notdef")}

    def _given_gids(self) -> bytes | None:
        """CIDToGIDMap as it lies in the file, two bytes a glyph; None for the identity."""
        if self._descendant is None:
            return None
        given = self._descendant.get("/CIDToGIDMap")
        try:
            return _bytes(given) if isinstance(given, pikepdf.Stream) else None
        except pikepdf.PdfError:
            return None

    def _open(self) -> None:
        descriptor = (self._descendant or self._dictionary).get("/FontDescriptor", {})
        program = next((descriptor[key] for key in _PROGRAMS if key in descriptor), None)
        if program is None:
            self.problem = self.problem or "it is not embedded"
            return
        try:
            self._face = open_program(_bytes(program))
        except (pikepdf.PdfError, ValueError) as error:
            self.problem = str(error)

    def _glyph_index(self, code: int) -> int:
        """Glyph of a code in the font program; 0 where there is none."""
        face = self._face
        assert face is not None
        if self._descendant is not None:
            cid = self._cid(code)
            if self._gids is not None:
                return int.from_bytes(self._gids[2 * cid : 2 * cid + 2], "big")
            return cid  # of a CFF font of CIDs FreeType takes the CID itself
        name = self._names.get(code)
        if name and (found := face.get_name_index(name.encode("latin-1", "replace"))):
            return int(found)
        return self._by_char_map(face, code, name)

    def _by_char_map(self, face: freetype.Face, code: int, name: str | None) -> int:
        maps = list(face.charmaps)
        if not maps:
            return code
        meant = toUnicode(name) if name else ""
        for charmap in maps:
            is_unicode = charmap.encoding == freetype.FT_ENCODING_UNICODE
            if is_unicode and not face.is_sfnt:
                continue  # made up by FreeType from the glyphs' names
            face.set_charmap(charmap)
            tried = [code, 0xF000 + code]
            if is_unicode and meant:
                tried = [ord(meant[0]), *tried]
            for one in tried:
                if found := face.get_char_index(one):
                    return int(found)
        return 0

    def _draw(self, code: int) -> Outline | None:
        if self.kind == "Type3":
            return self._draw_procedure(code)
        if self._face is None:
            return None
        return glyph_outline(self._face, self._glyph_index(code))

    def _draw_procedure(self, code: int) -> Outline | None:
        procedures = self._dictionary.get("/CharProcs", {})
        procedure = procedures.get("/" + self._names.get(code, ""))
        if not isinstance(procedure, pikepdf.Stream):
            return None
        matrix = tuple(float(n) for n in self._dictionary["/FontMatrix"])
        a, b, c, d, e, f = (1000 * number for number in matrix)
        resources = self._dictionary.get("/Resources", {})
        return drawn_by(procedure, resources, (a, b, c, d, e, f))


def _bytes(stream: Any) -> bytes:
    return bytes(stream.read_bytes())


def _is_dictionary(value: Any) -> bool:
    return isinstance(value, pikepdf.Dictionary)


def _cid_widths(descendant: Any) -> tuple[dict[int, float], float]:
    """W and DW of a CID font: `c [w1 w2]` or `first last w`."""
    widths: dict[int, float] = {}
    items = list(descendant.get("/W", []))
    at = 0
    while at + 1 < len(items):
        first, second = int(items[at]), items[at + 1]
        if isinstance(second, pikepdf.Array):
            widths.update((first + i, float(w) / 1000) for i, w in enumerate(second))
            at += 2
        elif at + 2 < len(items):
            last = min(int(second), 0xFFFF)
            widths.update((cid, float(items[at + 2]) / 1000) for cid in range(first, last + 1))
            at += 3
        else:
            break
    return widths, float(descendant.get("/DW", 1000)) / 1000


def _simple_widths(dictionary: Any, kind: str) -> tuple[dict[int, float], float]:
    scale = float(dictionary["/FontMatrix"][0]) if kind == "Type3" else 0.001
    first = int(dictionary.get("/FirstChar", 0))
    widths = {
        first + i: float(width) * scale for i, width in enumerate(dictionary.get("/Widths", []))
    }
    missing = dictionary.get("/FontDescriptor", {}).get("/MissingWidth", 0)
    return widths, float(missing) * scale

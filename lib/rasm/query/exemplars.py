"""Pictures of the exemplars in a gallery, for people to see what an answer was compared with.

A gallery holds vectors alone. A run has their pictures in its corpus; a released model has not, and
they are drawn again from the locked fonts of the checkout, where `make fonts` has put those. What
neither has stays without a picture.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rasm.corpora.pictures import open_picture
from rasm.fonts.files import Face, open_face
from rasm.fonts.inventory import Item, arabic_inventory
from rasm.fonts.reading import Glyph, read_glyphs
from rasm.fonts.sources import SCOPE, SourcesError, font_packages
from rasm.inputs.any_picture import MOST_PIXELS
from rasm.inputs.pictures import PixelArray
from rasm.query.run_files import CHECKOUT, drawing_policy
from rasm.raster.glyph import draw, em_span
from rasm.raster.outline import outline_of
from rasm.retrieval.index_folder import Entry

if TYPE_CHECKING:
    from rasm.corpora.scripts import DrawnCharacter
    from rasm.reading.embeddings import PictureEmbedder

_SIDE = 128  # pixels at which fonts are drawn again
_MARGIN = 0.125  # around a carved letter, as stage `import_letters` leaves it
_RIM = 6  # pixels around a glyph
_REGULAR = 400  # weight
_THE_SAME = 0.998  # cosine from which on a picture is the one: galleries of bytes round


@dataclass(frozen=True)
class ExemplarPictures:
    """Where the pictures of a corpus of a run may be; `dataset` is that of the checkout."""

    outputs: Path
    corpus: str
    embedder: "PictureEmbedder"
    dataset: Path = CHECKOUT / "dataset"
    _characters: "dict[str, dict[int, DrawnCharacter]]" = field(default_factory=dict, repr=False)
    """Of each package, by code point, once it was asked for."""
    _faces: dict[Path, Face] = field(default_factory=dict, repr=False)
    _letters: dict[str, dict[str, PixelArray]] = field(default_factory=dict, repr=False)

    def of(self, entries: Sequence[Entry], vectors: NDArray[np.float32]) -> list[PixelArray | None]:
        """Dark on light, of entries and their vectors (E, D); None where there is none to be had.

        A font of several weights is drawn in the one whose picture lies nearest to the vector.
        """
        return [self._nearest(*one) for one in zip(entries, vectors, strict=True)]

    def _nearest(self, entry: Entry, vector: NDArray[np.float32]) -> PixelArray | None:
        best, nearest = None, -np.inf
        try:
            for picture in self._candidates(entry):
                likeness = float(self.embedder.embed([picture])[0] @ vector)
                if likeness > nearest:
                    best, nearest = picture, likeness
                if nearest > _THE_SAME:
                    break
        except (ValueError, OSError):  # fonts that are not installed, or not as locked
            return None
        return best

    def _candidates(self, entry: Entry) -> Iterator[PixelArray]:
        """What may be it, the likeliest first."""
        if entry.picture < 0:
            yield open_picture(Path(entry.source), "rgb", MOST_PIXELS)
            return
        corpus = self.outputs / "corpora" / self.corpus
        if (corpus / "pictures.lmdb").is_file():
            from rasm.corpora.corpus import Pictures

            with Pictures(corpus) as pictures:
                yield pictures[entry.picture]
            return
        match self.embedder.view.kind:
            case "scripts":
                yield from self._character(entry)
            case "glyphs":
                yield from self._glyphs(entry)
            case "letters":
                yield from self._letter(entry)

    def _character(self, entry: Entry) -> list[PixelArray]:
        from rasm.corpora.scripts import picture_of

        if entry.source not in self._characters:
            self._characters[entry.source] = self._drawn(entry.source)
        known = self._characters[entry.source]
        return [picture_of(known[code]) for code in entry.codepoints[:1] if code in known]

    def _drawn(self, package: str) -> "dict[int, DrawnCharacter]":
        from rasm.corpora.scripts import draw_package, locked_packages

        scripts = self.dataset / "scripts"
        (folder,) = locked_packages(
            scripts / "node_modules" / SCOPE, scripts / "package-lock.json", [package]
        )
        files = draw_package(folder, _SIDE, ())
        return {character.codepoint: character for file in files for character in file}

    def _glyphs(self, entry: Entry) -> Iterator[PixelArray]:
        files, item = self._families.get(entry.source), self._item(entry)
        if files is None or item is None:
            return
        policy = drawing_policy(self.outputs)
        for weight in sorted(files, key=lambda one: abs(one - _REGULAR)):
            path = files[weight]
            if path not in self._faces:
                self._faces[path] = open_face(path.read_bytes())
            face = self._faces[path]
            m = face.metrics
            span = em_span(m.ascent, m.descent, m.typo_ascent, m.typo_descent)
            (glyph,) = read_glyphs(face, [item])
            if isinstance(glyph, Glyph):
                mask = draw(outline_of(glyph.contours), span, policy).mask
                rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
                inked = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
                yield np.where(np.pad(inked, _RIM), 0, 255).astype(np.uint8)

    @cached_property
    def _families(self) -> dict[str, dict[int, Path]]:
        try:
            packages = font_packages(self.dataset / "fonts")
        except SourcesError:  # away from a checkout, or before `make fonts`: there are no pictures
            return {}
        return {package.family: package.files for package in packages}

    @cached_property
    def _items(self) -> dict[str, Item]:
        return {item.label: item for item in arabic_inventory()}

    def _item(self, entry: Entry) -> Item | None:
        """Of the labels that look alike the one that the exemplar has by its code points."""
        items = [self._items.get(label) for label in entry.label.split(" | ")]
        return next((one for one in items if one and one.code_points == entry.codepoints), None)

    def _letter(self, entry: Entry) -> Iterator[PixelArray]:
        from rasm.corpora.letters import draw_letters

        file, label, name = Path(entry.source).parts
        if file not in self._letters:
            (font,) = (self.dataset / "scripts/node_modules" / SCOPE).glob(f"*/files/{file}")
            self._letters[file] = {
                f"{one}/{shape}.png": picture
                for one, both in draw_letters(font, _SIDE, _MARGIN)
                for shape, picture in both._asdict().items()
            }
        if f"{label}/{name}" in self._letters[file]:
            yield self._letters[file][f"{label}/{name}"]

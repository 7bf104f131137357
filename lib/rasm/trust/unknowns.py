"""Pictures of what is no known glyph, real ones where there are any.

Near are Arabic labels that are no class, for too few families draw them, and letters of scripts
that look alike. Far are letters of other scripts, letters set side by side, noise, and cuttings of
photographs. Each kind is one name, `near:rare` or `far:Thai`. Those by which a rule is chosen are
other scripts, other fonts and other kinds than those that it is tested on.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from rasm.corpora.corpus import Pictures, read_corpus
from rasm.raster.fill import Mask
from rasm.raster.glyph import RasterPolicy
from rasm.raster.ink import fitted, ink_of
from rasm.raster.packing import pack, unpack
from rasm.store.json_file import read_json
from rasm.store.label_map import read_label_map
from rasm.store.manifest import Roster, read_manifest
from rasm.store.records import Records

_LETTERS = (2, 4)  # of a word, at least and at most
_SMOOTH = (0, 1, 2, 4, 8)  # pixels, standard deviation of a blur of noise
_INK = (0.1, 0.5)  # share of ink in noise, at least and at most


class UnknownParams(BaseModel, frozen=True, extra="forbid"):
    """Scripts by their four-letter codes (ISO 15924), and `most` pictures of each kind."""

    near: tuple[str, ...]
    far: tuple[str, ...]
    most: int = Field(ge=1)
    made: tuple[str, ...]
    """Of words, noise and photographs."""


def unknown_pictures(
    params: UnknownParams,
    corpus: Path,
    rasters: Path,
    rare: NDArray[np.int64],
    known: Roster,
    policy: RasterPolicy,
    seed: int,
) -> dict[str, NDArray[np.uint8]]:
    """Packed masks (n, bytes) by kind, drawn as glyphs are; a kind without any is left out.

    `rare` are glyphs by number, from `rare_glyphs`; words are made of `known` ones, in one font.
    """
    generator = np.random.default_rng(seed)
    found: dict[str, NDArray[np.uint8]] = {}
    with Records(rasters) as store:
        if len(rare):
            found["near:rare"] = store.stack(np.sort(generator.permutation(rare)[: params.most]))
        if "words" in params.made:
            found["far:words"] = _packed(_words(store, known, params.most, generator), policy)
    for group, scripts in (("near", params.near), ("far", params.far)):
        drawn = script_pictures(corpus, scripts, params.most, policy, seed)
        found |= {f"{group}:{script}": masks for script, masks in drawn.items()}
    makers: Mapping[str, Callable[[int, np.random.Generator], Iterator[Mask]]] = {
        "noise": _noise,
        "photographs": _photographs,
    }
    for name, maker in makers.items():
        if name in params.made:
            found[f"far:{name}"] = _packed(maker(params.most, generator), policy)
    return found


def rare_glyphs(manifest: Path, label_map: Path, fonts: Path) -> NDArray[np.int64]:
    """Numbers of glyphs of a split's fonts whose label is no class, for too few draw it."""
    known, chosen = read_label_map(label_map), set(read_json(fonts, list[str]))
    rows = read_manifest(manifest)
    numbers = [r.glyph_id for r in rows if r.font_hash in chosen and r.label not in known]
    return np.array(numbers, dtype=np.int64)


def script_pictures(
    corpus: Path, scripts: Collection[str], most: int, policy: RasterPolicy, seed: int
) -> dict[str, NDArray[np.uint8]]:
    """Packed masks of `most` characters of each script of the corpus `world` that it has."""
    items = [item for item in read_corpus(corpus).items if item.group in scripts]
    found = {}
    with Pictures(corpus) as pictures:
        for script in sorted({item.group for item in items}):
            own = [item for item in items if item.group == script]
            # A script's do not depend on which others are asked for.
            generator = np.random.default_rng([seed, *script.encode()])
            chosen = np.sort(generator.permutation(len(own))[:most])
            masks = (ink_of(pictures[own[row].picture]) for row in chosen.tolist())
            found[script] = _packed(masks, policy)
    return found


def _packed(masks: Iterator[Mask], policy: RasterPolicy) -> NDArray[np.uint8]:
    return np.stack([pack(_placed(fitted(mask, policy.size, 0), policy)) for mask in masks])


def _placed(mask: Mask, policy: RasterPolicy) -> Mask:
    """Ink that lies in the middle, where the policy has it."""
    if policy.anchor == "center":
        return mask
    top, left = (int(mask.any(axis=axis).argmax()) for axis in (1, 0))
    return np.roll(mask, (-top, -left), axis=(0, 1))


def _words(
    store: Records, known: Roster, most: int, generator: np.random.Generator
) -> Iterator[Mask]:
    """Glyphs of one font side by side, which as one picture are no glyph."""
    large = known.where(~known.is_diacritic)
    fonts = np.unique(large.fonts)
    for _ in range(most):
        own = large.glyph_ids[large.fonts == generator.choice(fonts)]
        count = int(generator.integers(_LETTERS[0], _LETTERS[1] + 1))
        # Records come in the order of their numbers, and letters are to come in any.
        letters = unpack(store.stack(np.sort(generator.choice(own, count))))
        parts: list[Mask] = []
        for letter in generator.permutation(letters):
            columns = np.flatnonzero(letter.any(axis=0))
            gap = np.zeros((len(letter), 4), dtype=np.bool_)
            parts += [letter[:, columns[0] : columns[-1] + 1], gap]
        yield np.concatenate(parts, axis=1)


def _noise(most: int, generator: np.random.Generator) -> Iterator[Mask]:
    """Blobs and grains of many sizes."""
    for _ in range(most):
        field = generator.normal(size=(128, 128)).astype(np.float32)
        if sigma := float(generator.choice(_SMOOTH)):
            field = np.asarray(cv2.GaussianBlur(field, (0, 0), sigma), dtype=np.float32)
        yield field > np.quantile(field, 1 - generator.uniform(*_INK))


def _photographs(most: int, generator: np.random.Generator) -> Iterator[Mask]:
    """The ink of cuttings of the photographs that scikit-learn brings: roofs and petals."""
    from sklearn.datasets import load_sample_images

    shown: Sequence[NDArray[np.uint8]] = load_sample_images().images
    count = 0
    while count < most:
        picture = shown[count % len(shown)]
        top, left = (int(generator.integers(0, side - 128)) for side in picture.shape[:2])
        try:
            yield ink_of(picture[top : top + 128, left : left + 128])
        except ValueError:  # an even patch
            continue
        count += 1

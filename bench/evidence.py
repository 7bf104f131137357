"""What explanations, tests of drift, distances and reviews are worth, on fonts of test families.

`python -m bench.evidence [--outputs models/1]`, after `make fonts`. Printed are: what share of the
warm heat lies on the dots that tell two letters apart, by method, that of the page too; seconds of
processor an explanation takes; drift and distance between halves of clean glyphs, and to damaged
ones; and how many labels that were exchanged by lot a review lists first.
"""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rasm.augment.damage import damaged
from rasm.fonts.sources import SCOPE
from rasm.metrics.two_sample import frechet_distance, kernel_distance, mmd_test
from rasm.metrics.uncertainty import disagreements, entropies, label_doubts, review_order
from rasm.nets.compute import HERE
from rasm.query.explain import CELLS, explain_answer, recognizer_heats
from rasm.query.recognizer import Recognizer
from rasm.query.search import Search
from rasm.raster.face import draw_file
from rasm.raster.glyph import RasterPolicy
from rasm.raster.packing import unpack
from rasm.reading.attribution import occlusion

FAMILIES = ("tajawal", "alkalami", "harmattan", "rakkas", "reem-kufi")
PAIRS = (("jeem", "hah"), ("teh", "noon"), ("ghain", "ain"), ("zain", "reh"), ("teh", "beh"))
DAMAGE = {"defocus": 5.0, "grain": 40.0, "chips": 0.2}
_PAGE_CELLS = 8  # a side
_OF_FAMILY, _PERMUTATIONS, _SEED = 80, 999, 0


def glyphs(policy: RasterPolicy) -> Iterator[tuple[str, dict[str, NDArray[np.bool_]]]]:
    """The letters of each family by label, as masks."""
    for family in FAMILIES:
        file = f"{family}/files/{family}-arabic-400-normal.woff2"
        (face,) = draw_file(Path("dataset/fonts/node_modules") / SCOPE / file, policy).faces
        letters = ("isol", "init", "medi", "final")
        drawn = zip(face.items, unpack(face.rasters), strict=True)
        yield family, {i.label: mask for i, mask in drawn if i.char_class in letters}


def picture(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.pad(np.where(mask, 0, 255).astype(np.uint8), 20, constant_values=255)


def heat_on_dots(recognizer: Recognizer) -> None:
    place = {label: row for row, label in enumerate(recognizer.labels)}
    class_of, shares = recognizer.shapes.class_of, list[list[float]]()
    for _, masks in glyphs(recognizer.policy):
        for one, other in PAIRS:
            mask = masks[one]
            parts, part, sizes, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
            if parts < 3:
                continue  # this font joins dots and letter
            dots = (part > 0) & (part != 1 + sizes[1:, cv2.CC_STAT_AREA].argmax())
            cell = len(mask) // CELLS
            cells = dots.reshape(CELLS, cell, CELLS, cell).any(axis=(1, 3)).astype(np.uint8)
            near = cv2.dilate(cells, np.ones((3, 3), np.uint8)) > 0
            one_class, other_class = (int(class_of[place[label]]) for label in (one, other))
            heats = [h.cells for h in recognizer_heats(recognizer, mask, one_class, other_class)]
            on_page = page_heat(recognizer, mask, one_class, other_class)
            warm = [heat.clip(min=0) for heat in (*heats, on_page)]
            on_dots = [float(of[near].sum() / max(of.sum(), 1e-6)) for of in warm]
            shares.append([float(near.mean()), on_dots[0], *on_dots[2:]])
    means = np.mean(shares, axis=0)
    methods = ("area", "phase2 map", "baseline Grad-CAM", "occlusion", "the page's")
    named = zip(methods, means, strict=True)
    told = "   ".join(f"{name} {share:.3f}" for name, share in named)
    print(f"warm heat on the dots and next to them, {len(shares)} pairs: {told}")


def page_heat(
    recognizer: Recognizer, mask: NDArray[np.bool_], one: int, other: int
) -> NDArray[np.float32]:
    """Of the baseline alone, a larger cell wiped out at a time; over CELLS a side."""

    def lead(shown: Tensor) -> Tensor:
        with torch.inference_mode():
            logits = recognizer.baseline(shown[:, None])
        return logits[:, one] - logits[:, other]

    lost = occlusion(lead, torch.from_numpy(mask.astype(np.float32)), _PAGE_CELLS, reach=0)
    share = CELLS // _PAGE_CELLS
    return lost.numpy().repeat(share, 0).repeat(share, 1)


def seconds(recognizer: Recognizer, searches: dict[str, Search]) -> None:
    shown = [
        picture(masks[label]) for _, masks in glyphs(recognizer.policy) for label in ("beh", "qaf")
    ]
    asked = {
        name: lambda one, s=of: explain_answer(s, one, s.answer([one])[0])
        for name, of in searches.items()
    }
    asked["arabic, read"] = lambda one: recognizer.query([one], explain=True)
    for name, explain in asked.items():
        explain(shown[0])
        spent = []
        for one in shown:
            start = time.process_time()
            explain(one)
            spent.append(time.process_time() - start)
        print(f"an explanation, {name}: median {np.median(spent):.2f} s, most {max(spent):.2f} s")


def samples(recognizer: Recognizer, searches: dict[str, Search]) -> None:
    random = np.random.default_rng(_SEED)
    drawn = [
        (masks[label], label)
        for _, masks in glyphs(recognizer.policy)
        for label in random.permutation(sorted(masks))[:_OF_FAMILY].tolist()
    ]
    clean = [picture(mask) for mask, _ in drawn]
    sets = {"the other half": clean[1::2]}
    for kind, amount in DAMAGE.items():
        sets[kind] = [damaged(one, kind, amount, row) for row, one in enumerate(clean[::2])]
    for name, search in searches.items():
        scale = search.embedder.network.dimension**0.5
        half = search.embed(clean[::2])
        for kind, pictures in sets.items():
            other = search.embed(pictures)
            test = mmd_test(half, other, _PERMUTATIONS, _SEED)
            fid = frechet_distance(scale * half, scale * other)
            kid = kernel_distance(scale * half, scale * other)
            print(
                f"{name}, half of the clean and {kind}: p {test.p_value:.3f}, effect"
                f" {test.effect:.3f}, FID {fid:.1f}, KID {kid:.4f}"
            )
    exchanged(recognizer, drawn, random)


def exchanged(
    recognizer: Recognizer, drawn: list[tuple[NDArray[np.bool_], str]], random: np.random.Generator
) -> None:
    place = {label: row for row, label in enumerate(recognizer.labels)}
    kept = [(mask, label) for mask, label in drawn if label in place]
    claims = recognizer.shapes.class_of[[place[label] for _, label in kept]]
    wrong = random.permutation(len(kept))[: len(kept) // 10]
    claims[wrong] = np.roll(claims[wrong], 1)
    is_wrong = claims != recognizer.shapes.class_of[[place[label] for _, label in kept]]
    p = recognizer.opinions(np.stack([mask for mask, _ in kept]))
    doubts = label_doubts(p["fusion"], claims)
    order = review_order(doubts, entropies(p["fusion"]), disagreements(p["phase2"], p["baseline"]))
    first, count = is_wrong[order], int(is_wrong.sum())
    print(
        f"{count} of {len(kept)} labels exchanged: {first[:count].sum()} among the first {count},"
        f" {is_wrong[doubts > 0].sum()} among the {(doubts > 0).sum()} that are doubted"
    )


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--outputs", type=Path, default=Path("models/1"))
    outputs = parser.parse_args().outputs
    recognizer = Recognizer.load(outputs, HERE)
    searches = {c: Search.load(c, outputs, compute=HERE) for c in ("arabic", "world", "safaitic")}
    heat_on_dots(recognizer)
    seconds(recognizer, searches)
    samples(recognizer, {name: searches[name] for name in ("arabic", "world")})


if __name__ == "__main__":
    main()

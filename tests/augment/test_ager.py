"""The Ager, step by step: white stays white, grey stays grey, and nothing is cut off.

Work on many pictures is shared out, and what comes out does not show it.
"""

import os
import pickle
import random
from math import cos, pi, radians, sin, sqrt
from typing import Any

import cv2
import numpy as np
import pytest

from rasm.augment.ager import Ager, InkPicture, steps
from rasm.augment.severity import Severity
from tests.augment.levels import SEVERITIES

import albumentations as A  # isort: skip

from rasm.augment.ager import aged
from tests.corpora.drawn_letters import block

SEED = SEVERITIES["seed"]
SURE = SEED.model_copy(update={"chance": 1})
EVERY = pytest.mark.parametrize("severity", SEVERITIES.values(), ids=list(SEVERITIES))

# Indices into the list of steps, which begins with bringing the picture to 128 x 128.
TURN, WARP, SCALE, BLUR, LIGHT, GRAIN, CHIPS, SENSOR = range(1, 9)

DRAWINGS = np.stack([block(side) for side in (20, 40, 60)] * 12)
SEEDS = [2**62 - number for number in range(len(DRAWINGS))]


def page(grey: int = 255) -> InkPicture:
    return np.full((128, 128, 3), grey, dtype=np.uint8)


def glyph(margin: int = 24) -> InkPicture:
    """An L, which no turn and no mirror maps to itself, in a centred square."""
    picture = page()
    picture[margin : 128 - margin, margin : margin + 16] = 0
    picture[112 - margin : 128 - margin, margin : 128 - margin] = 0
    return picture


def run(chain: list[Any], picture: InkPicture, seed: int) -> InkPicture:
    """What one stream of random numbers makes of a picture under some of the steps."""
    transform = A.Compose(chain)
    transform.set_random_state(np.random.default_rng(seed), random.Random(seed))
    result: InkPicture = transform(image=picture)["image"]
    return result


def ink(picture: InkPicture) -> np.ndarray:
    return 1 - picture[..., 0].astype(float) / 255


def rim(picture: InkPicture) -> InkPicture:
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])


def test_steps_are_the_recipe_in_its_order() -> None:
    names = [type(step).__name__ for step in steps(SEED, 128)]
    assert names == [
        "Resize",
        "SafeRotate",
        "Sequential",
        "RandomScale",
        "GaussianBlur",
        "RandomBrightnessContrast",
        "GaussNoise",
        "CoarseDropout",
        "ISONoise",
        "Resize",
    ]
    warp = [type(step).__name__ for step in steps(SEED, 128)[WARP]]
    assert warp == ["Affine", "Pad", "ElasticTransform", "CenterCrop"]


@EVERY
def test_white_paper_stays_white_until_the_light_changes(severity: Severity) -> None:
    """A fill of another colour, or of one channel, would show at the border of a blank page.

    The elastic step by itself too, whose border the crop hides.
    """
    chain = steps(severity.model_copy(update={"chance": 1}), 128)
    elastic = chain[WARP][2]
    for seed in range(20):
        assert (run(chain[:LIGHT], page(), seed) == 255).all()
        assert (run([elastic], page(), seed) == 255).all()


def test_no_ink_reaches_the_border_of_a_glyph_with_a_margin() -> None:
    chain = steps(SURE, 128)[:LIGHT]
    assert min(rim(run(chain, glyph(16), seed)).min() for seed in range(40)) == 255


def test_changed_light_leaves_one_even_paper() -> None:
    for seed in range(20):
        border = rim(run(steps(SURE, 128)[:GRAIN], glyph(), seed))
        assert (border == border[0]).all()


def test_a_grey_picture_stays_grey_through_every_step() -> None:
    for seed in range(20):
        aged = Ager(SURE, 128).age(glyph(), seed)
        assert (aged == aged[..., :1]).all()
        assert len(np.unique(aged)) > 20, "nothing happened"


def test_a_turn_keeps_all_ink_in_the_middle() -> None:
    """The frame turned by an angle a fits into itself when shrunk by |cos a| + |sin a|."""
    turn = steps(SEED, 128)[TURN]
    rows, columns = np.mgrid[:128, :128]
    square = page()
    square[32:96, 32:96] = 0
    angles = []
    for seed in range(30):
        turned = ink(run([turn], square, seed))
        assert turned.shape == (128, 128)
        angle = radians(turn.get_applied_params()["rotate"])
        angles.append(angle)
        shrunk = abs(cos(angle)) + abs(sin(angle))
        assert turned.sum() == pytest.approx(64 * 64 / shrunk**2, rel=0.03)
        for places in (rows, columns):
            assert (turned * places).sum() / turned.sum() == pytest.approx(63.5, abs=0.6)
    assert min(angles) < -pi < pi < max(angles)


def test_a_turn_cuts_off_no_corner_of_a_full_frame() -> None:
    turned = ink(run([steps(SEED, 128)[TURN]], page(0), 5))
    assert 64 * 128 * 0.97 < turned.sum() < 128 * 128


def test_elastic_field_is_as_strong_as_smoothed_uniform_noise() -> None:
    """Uniform noise deviates by 1 / sqrt(3), and smoothing divides that by 2 sqrt(pi) sigma."""
    warp = steps(SURE, 128)[WARP]
    fields = []
    for seed in range(20):
        run([warp], page(), seed)
        elastic = warp[2].get_applied_params()["map_x"]
        assert elastic.shape == (176, 176)  # 4 sigma wider on every side
        fields.append(elastic[24:-24, 24:-24] - np.arange(24, 152))
    assert np.std(fields) == pytest.approx(120 / sqrt(3) / (2 * sqrt(pi) * 6), rel=0.05)


def test_affine_part_spreads_as_the_three_dragged_corners_did() -> None:
    generator = np.random.default_rng(0)
    corners = np.array([[106, 106], [106, 22], [22, 22]], dtype=np.float32)  # 64 +- 128 // 3
    drags = generator.uniform(-3.6, 3.6, (1000, 3, 2)).astype(np.float32)
    wanted = np.stack([cv2.getAffineTransform(corners, corners + drag) for drag in drags])
    affine = steps(SURE, 128)[WARP][0]
    affine.set_random_state(generator, random.Random(0))
    drawn = [affine.get_params_dependent_on_data({"shape": (128, 128, 3)}, {}) for _ in drags]
    got = np.stack([params["matrix"][:2] for params in drawn])
    for matrices in (wanted, got):
        assert matrices[:, :, :2].mean(axis=0) == pytest.approx(np.eye(2), abs=0.005)
        assert matrices[:, :, :2].std(axis=0) == pytest.approx(np.full((2, 2), 0.035), rel=0.08)
        centre = matrices @ [64, 64, 1]
        assert centre.std(axis=0) == pytest.approx(np.full(2, 3.6 / sqrt(6)), rel=0.1)


def test_grain_has_the_variance_asked_for() -> None:
    grain = steps(SURE, 128)[GRAIN]
    assert grain.std_range == pytest.approx((0.0124, 0.0277), abs=5e-5)
    # Noise is cut to whole grey levels, towards zero, which takes some of the variance.
    variances = [run([grain], page(128), seed)[..., 0].var() for seed in range(60)]
    assert 7 < min(variances) < 12 and 35 < max(variances) < 50


def test_blur_is_none_or_opencvs_of_three_pixels() -> None:
    dot = page(0)
    dot[64, 64] = 200
    kernel = cv2.getGaussianKernel(3, 0.8)
    blurred = {run([steps(SURE, 128)[BLUR]], dot, seed)[64, 64, 0] for seed in range(30)}
    assert blurred == {200, round(200 * float(kernel[1, 0]) ** 2)}


def test_chips_are_four_white_squares() -> None:
    chip = steps(SURE, 128)[CHIPS]
    for seed in range(10):
        chipped = run([chip], page(0), seed)
        assert set(np.unique(chipped)) == {0, 255}
        for left, top, right, bottom in chip.get_applied_params()["holes"]:
            assert (right - left, bottom - top) == (15, 15)
            chipped[top:bottom, left:right] = 0
        assert len(chip.get_applied_params()["holes"]) == 4
        assert not chipped.any()


def test_sensor_noise_speckles_ink_and_not_paper() -> None:
    noised = run([steps(SURE, 128)[SENSOR]], glyph(), 1)
    clean = glyph()
    assert (noised[clean == 255] == 255).all()
    assert 0 < (noised[clean == 0] > 0).mean() < 0.5


def test_steps_are_drawn_one_by_one() -> None:
    """Of six steps with a chance of one half, three happen, and all or none in 2 of 64 cases."""
    ager = Ager(SEED, 128)
    counts = []
    for seed in range(200):
        ager.age(glyph(), seed)
        chain = ager.transform.transforms[SCALE : SENSOR + 1]
        counts.append(sum(bool(step.get_applied_params()) for step in chain))
    assert np.mean(counts) == pytest.approx(3, abs=0.3)
    assert np.isin(counts, (0, 6)).mean() < 0.1


def test_a_seed_is_all_that_decides() -> None:
    ager, other = Ager(SEED, 128), Ager(SEED, 128)
    first = [ager.age(glyph(), seed) for seed in (3, 4, 2**64 - 1)]
    np.random.seed(0)
    random.seed(0)
    again = other.age_many([glyph()] * 3, [2**64 - 1, 4, 3])
    np.testing.assert_array_equal(np.stack(first), again[::-1])
    assert len({picture.tobytes() for picture in first}) == 3
    copied = pickle.loads(pickle.dumps(ager))
    np.testing.assert_array_equal(copied.age(glyph(), 3), first[0])


def test_the_clean_picture_is_left_alone() -> None:
    clean = glyph()
    Ager(SURE, 128).age(clean, 1)
    np.testing.assert_array_equal(clean, glyph())


@pytest.mark.parametrize("size", [64, 128, 224])
def test_any_picture_comes_out_at_the_size_asked_for(size: int) -> None:
    tall = np.full((300, 200, 3), 255, dtype=np.uint8)
    aged = Ager(SEED, size).age_many([tall, glyph()], [1, 2])
    assert aged.shape == (2, size, size, 3) and aged.dtype == np.uint8


def test_other_kinds_of_picture_are_refused() -> None:
    ager = Ager(SEED, 128)
    for picture in (glyph()[..., 0], glyph().astype(np.float32), glyph()[..., :2]):
        with pytest.raises(ValueError, match="pass uint8"):
            ager.age(picture, 1)


def test_each_level_is_clearly_worse_than_the_one_before() -> None:
    """Mean grey difference from the clean glyph, all in one position, where ink meets ink."""
    harm = []
    for severity in SEVERITIES.values():
        upright = Ager(severity.model_copy(update={"rotate_degrees": 0}), 128)
        aged = upright.age_many([glyph()] * 40, range(40))
        harm.append(np.abs(aged.astype(float) - glyph()).mean())
    light, seed, heavy = harm
    assert 1.5 * light < seed and 1.5 * seed < heavy, harm


def test_albumentations_does_not_ask_the_network() -> None:
    assert os.environ["NO_ALBUMENTATIONS_UPDATE"] == "1"


@pytest.mark.parametrize("cores", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_each_picture_is_the_agers_under_its_seed(
    cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rasm.augment.ager.cpu_count", lambda: cores)
    found = aged(DRAWINGS, SEVERITIES["seed"], 64, SEEDS)
    assert found.shape == (36, 64, 64)
    ager = Ager(SEVERITIES["seed"], 64)
    for row in (0, 17, 18, 35):
        coloured = np.repeat(DRAWINGS[row][..., None], 3, axis=2)
        assert (found[row] == ager.age(coloured, SEEDS[row])[..., 0]).all()


def test_none_become_none() -> None:
    assert aged(DRAWINGS[:0], SEVERITIES["seed"], 64, []).shape == (0, 64, 64)

"""Glyphs of a font decide among themselves who is what."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rasm.decoding.fonts import fit_fonts, read_font, read_fonts

Table = NDArray[np.float64]


def noisy_fonts(seed: int, count: int = 12, labels: int = 30) -> tuple[Table, Table, Table]:
    """P(label) of fonts that draw every label once, labels, fonts; each label has a look-alike."""
    generator = np.random.default_rng(seed)
    truth = np.tile(np.arange(labels), count)
    logits = generator.normal(0, 1, (len(truth), labels))
    logits[np.arange(len(truth)), truth] += 5
    logits[np.arange(len(truth)), truth ^ 1] += 4
    p = np.exp(logits)
    return p / p.sum(axis=1, keepdims=True), truth, np.repeat(np.arange(count), labels).astype(str)


def test_two_glyphs_cannot_be_the_likelier_of_two_labels() -> None:
    """By hand: both rows prefer label 0; the one that prefers it less gets label 1."""
    together = read_font(np.array([[0.6, 0.4], [0.9, 0.1]]), 0.01)
    assert together.argmax(axis=1).tolist() == [1, 0]
    np.testing.assert_allclose(together.sum(axis=1), 1)
    np.testing.assert_allclose(together.sum(axis=0), 1, atol=1e-3)
    # The rows and columns of the balanced table are those of the first, scaled: its cross ratio.
    cross = together[0, 0] * together[1, 1] / (together[0, 1] * together[1, 0])
    assert cross == pytest.approx(0.6 * 0.1 / (0.4 * 0.9), rel=1e-3)


def test_a_glyph_that_was_copied_stays_what_it_shows() -> None:
    """Of twenty glyphs two are surely of label 0: label 1 is free, yet both stay what they are."""
    sure = np.full((20, 20), 0.001 / 19)
    sure[np.arange(20), np.arange(20)] = 0.999
    sure[1] = sure[0]
    assert (read_font(sure, 0.01)[:2, 0] > 0.9).all()
    assert (read_font(sure, 1e-9)[:2, 0] < 0.6).all()


def test_without_limits_each_glyph_reads_by_itself() -> None:
    p, _, _ = noisy_fonts(0)
    np.testing.assert_allclose(read_font(p, 1.0), p)


def test_reading_together_is_right_more_often_and_fonts_do_not_meet() -> None:
    p, truth, fonts = noisy_fonts(1)
    fitted = fit_fonts(p, fonts, truth, 0.01)
    together = read_fonts(p, fonts, fitted)
    assert (together.argmax(axis=1) == truth).mean() > (p.argmax(axis=1) == truth).mean() + 0.05
    order = np.random.default_rng(2).permutation(len(p))
    np.testing.assert_allclose(read_fonts(p[order], fonts[order], fitted), together[order])
    first = fonts == "0"
    np.testing.assert_allclose(read_fonts(p[first], fonts[first], fitted), together[first])


def test_its_confidence_is_fitted() -> None:
    """Read together the rows are surer than alone; the temperature says by how much."""
    p, truth, fonts = noisy_fonts(3)
    fitted = fit_fonts(p, fonts, truth, 0.01)
    assert fitted["repeat"] == 0.01
    own = np.arange(len(p)), truth
    losses = [
        -np.log(read_fonts(p, fonts, {**fitted, "temperature": temperature})[own]).mean()
        for temperature in (fitted["temperature"] * 0.8, fitted["temperature"], 1.0)
    ]
    assert losses[1] == min(losses)

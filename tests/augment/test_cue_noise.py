"""Size cues disturbed as another font's metrics would."""

import torch

from rasm.augment.input_noise import disturb_cues

CUES = torch.tensor([[-1.0, 0.0, -0.5, 0.5]]).expand(2000, 4)


def test_a_box_stays_a_box() -> None:
    """Width and height grow alike, and height stays the distance of the edges: here 2**0 = 1."""
    noisy = disturb_cues(CUES, 0.1, torch.Generator().manual_seed(0))
    growth = noisy[:, :2] - CUES[:, :2]
    torch.testing.assert_close(growth[:, 0], growth[:, 1])
    torch.testing.assert_close(noisy[:, 3] - noisy[:, 2], 2 ** noisy[:, 1])


def test_its_size_is_as_asked() -> None:
    noisy = disturb_cues(CUES, 0.1, torch.Generator().manual_seed(0))
    shift = (noisy[:, 2] + noisy[:, 3]) / 2
    assert abs(float((noisy[:, 0] + 1).std()) - 0.1) < 0.01
    assert abs(float(shift.std()) - 0.1) < 0.01
    assert torch.equal(disturb_cues(CUES, 0.0, torch.Generator()), CUES)

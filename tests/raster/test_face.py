"""A face drawn is what its glyphs drawn one by one are."""

import numpy as np

from rasm.fonts.files import open_face
from rasm.raster.face import draw_face
from tests.fonts.building import package_file
from tests.raster.real_glyphs import DEFAULT, rasters_of


def test_every_glyph_of_a_real_font() -> None:
    face = open_face(package_file("tajawal").read_bytes())
    drawn = {item.label: mask for item, mask in draw_face(face, DEFAULT)}
    expected = rasters_of("tajawal")
    assert drawn.keys() == expected.keys()
    for label, mask in drawn.items():
        np.testing.assert_array_equal(mask, expected[label].mask, err_msg=label)

"""What families do on purpose."""

from rasm.checking.customary import customary, customs_of
from rasm.fonts.reading import EMPTY, NOT_SHAPED
from rasm.query.answer import inventory_items
from rasm.raster.face import Undrawn
from tests.checking.faces import face


def test_what_one_family_does_may_be_a_mistake() -> None:
    items = inventory_items()
    lacking = tuple(Undrawn(items[x], (), NOT_SHAPED) for x in ("noon_ghunna_init", "beh_init"))
    empty = (Undrawn(items["full_stop"], (), EMPTY),)
    first = face({"tah": (5, 0.5, 0), "tah_final": (5, 0.5, 0), "lam": (5, 0.5, 0)}, lacking)
    second = face({"tah": (9, 0.5, 0), "tah_final": (9, 0.5, 0)}, (*lacking[:1], *empty))
    found = customs_of([first, second])
    assert found.equal == {("tah", "tah_final")}
    assert found.isolated == {"noon_ghunna_init"}
    assert found.equals("tah_final", "tah") and not found.equals("lam", "tah")


def test_what_is_shipped_knows_letters_that_many_fonts_do_not_join() -> None:
    assert {"noon_ghunna_init", "dotless_qaf_medi"} <= customary().isolated
    assert customary().equals("lam", "lam_final")
    assert not customary().equals("beh", "teh")

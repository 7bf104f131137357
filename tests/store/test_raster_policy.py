"""The policy travels with the rasters and is no glyph."""

from pathlib import Path

from rasm.store.raster_policy import policy_record, read_policy
from rasm.store.records import Records, key_of, write_records


def test_policy_comes_back_and_counts_as_no_glyph(tmp_path: Path) -> None:
    path = tmp_path / "rasters.lmdb"
    policy = {"size": 128, "fill": "winding", "diacritic_ratio": 0.25}
    write_records(path, [(key_of(10**9), b"x"), policy_record(policy)])
    with Records(path) as store:
        assert read_policy(store) == policy
        assert store.glyph_ids().tolist() == [10**9]

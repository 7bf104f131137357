"""glyphs.db -> packed rasters and the manifest that describes them."""

from collections.abc import Iterator
from pathlib import Path

from rasm.fonts.database import GlyphDatabase
from rasm.raster.batch import rasterize
from rasm.raster.glyph import RasterPolicy
from rasm.raster.packing import pack
from rasm.store.audit import write_audit
from rasm.store.label_map import read_label_map
from rasm.store.manifest import GlyphRecord, write_manifest
from rasm.store.raster_policy import policy_record
from rasm.store.records import key_of, write_records
from stages.progress import Track


class Params(RasterPolicy, frozen=True, extra="forbid"):
    """The section rasterize of params.yaml."""


def main(
    params: Params,
    track: Track,
    *,
    glyphs: Path,
    label_map: Path,
    rasters: Path,
    manifest: Path,
    audit: Path,
) -> None:
    """Draw every glyph whose label is a class."""
    labels = read_label_map(label_map)
    with GlyphDatabase(glyphs) as database:
        fonts = {font.file_hash: font for font in database.fonts()}
        rows = [row for row in database.glyphs() if row.label in labels]
    if strange := sorted(labels.keys() - {row.label for row in rows}):
        raise ValueError(
            f"{label_map} has the label {strange[0]!r}, which no glyph of {glyphs} has:"
            " run `dvc repro filter_labels`"
        )
    described: list[GlyphRecord] = []
    dropped: list[dict[str, object]] = []

    def records() -> Iterator[tuple[bytes, bytes]]:
        for one in track(rasterize(rows, fonts, params), len(rows), "drawing", "glyph"):
            glyph, raster = one.glyph, one.raster
            if raster is None:
                dropped.append(
                    {"glyph_id": glyph.glyph_id, "label": glyph.label, "reason": one.reason}
                )
                continue
            described.append(
                GlyphRecord(
                    glyph_id=glyph.glyph_id,
                    label=glyph.label,
                    font_hash=glyph.f_id,
                    family=fonts[glyph.f_id].family,
                    char_class=glyph.char_class or "",
                    is_diacritic=raster.is_diacritic,
                    original_bbox=raster.bbox,
                    scale_factor=raster.scale,
                    major_dim_ratio=raster.ratio,
                    target_dim=raster.target,
                )
            )
            yield key_of(glyph.glyph_id), pack(raster.mask).tobytes()
        yield policy_record(params.model_dump())

    write_records(rasters, records())
    write_manifest(manifest, described)
    write_audit(audit, dropped)
    print(f"  {len(described)} rasters, {len(dropped)} glyphs not drawable")

"""glyphs.db -> packed rasters and the manifest that describes them."""

from collections.abc import Iterator
from pathlib import Path

from rasm.fonts.database import GlyphDatabase
from rasm.raster.batch import rasterize
from rasm.raster.glyph import RasterPolicy
from rasm.store.json_file import write_audit
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
    rasters: Path,
    manifest: Path,
    audit: Path,
) -> None:
    """Draw every glyph of a known font."""
    with GlyphDatabase(glyphs) as database:
        fonts = {font.file_hash: font for font in database.fonts()}
        rows = list(database.glyphs())
        undrawn = [(row, f"no font {row.f_id}") for row in database.orphans()]
    described: list[GlyphRecord] = []

    def records() -> Iterator[tuple[bytes, bytes]]:
        for glyph, raster in track(rasterize(rows, fonts, params), len(rows), "drawing", "glyph"):
            if isinstance(raster, str):
                undrawn.append((glyph, raster))
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
            yield key_of(glyph.glyph_id), raster.packed.tobytes()
        yield policy_record(params.model_dump())

    write_records(rasters, records())
    write_manifest(manifest, described)
    reasons = (
        {"glyph_id": glyph.glyph_id, "label": glyph.label, "reason": reason}
        for glyph, reason in undrawn
    )
    write_audit(audit, reasons)
    print(f"  {len(described)} rasters, {len(undrawn)} glyphs not drawable")

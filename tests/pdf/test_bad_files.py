"""Broken, hostile, signed or encrypted PDF files end in a reason; nothing is left behind."""

import random
import zlib
from pathlib import Path

import pikepdf
import pytest
from typer.testing import CliRunner

from rasm.bounded.limits import OverLimit, WorkLimits
from rasm.bounded.workers import Workers
from rasm.pdf.document import PDF_LIMITS, PageText, PdfError, read_pdf
from rasm.pdf.writing import Texts, write_texts
from rasm.query.cli import app
from rasm.raster.glyph import RasterPolicy

POLICY = RasterPolicy(
    size=128, diacritic_size=64, diacritic_ratio=0.25, fill="winding", anchor="top_left"
)


def test_what_is_no_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.pdf"
    path.write_text("hello")
    with pytest.raises(PdfError, match="not a PDF that can be read"):
        list(read_pdf(path, POLICY))


def test_an_encrypted_file_is_refused(tmp_path: Path, good: Path) -> None:
    path = tmp_path / "locked.pdf"
    with pikepdf.open(good) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(user="u", owner="o"))
    result = CliRunner().invoke(app, ["repair", str(path), "-o", str(tmp_path / "out.pdf")])
    assert result.exit_code == 2
    assert "it is encrypted" in result.stderr
    assert not (tmp_path / "out.pdf").exists()


def test_a_signed_file_is_changed_only_when_asked(tmp_path: Path, good: Path) -> None:
    path, out = tmp_path / "signed.pdf", tmp_path / "out.pdf"
    with pikepdf.open(good) as pdf:
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), SigFlags=3)
        pdf.save(path)
    before = path.read_bytes()
    with pytest.raises(PdfError, match="signed"):
        list(write_texts(path, out, Texts({}), False))
    assert not out.exists()
    assert list(write_texts(path, out, Texts({}), True)) == [out.stat().st_size]
    assert path.read_bytes() == before


def test_a_stream_that_unpacks_to_gigabytes_costs_its_page(tmp_path: Path, good: Path) -> None:
    path = tmp_path / "bomb.pdf"
    assert zlib.decompress(packed_zeros(3)) == bytes(3 * 2**20)
    with pikepdf.open(good) as pdf:
        stream = pikepdf.Stream(pdf, packed_zeros(3000))
        stream.Filter = pikepdf.Name.FlateDecode
        pdf.pages[0].Contents = pdf.make_indirect(stream)
        pdf.save(path, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert path.stat().st_size < 5_000_000
    limits = WorkLimits(seconds=60, cpu_seconds=30, call_cpu_seconds=60, megabytes=400)
    with Workers(limits, jobs=1) as workers:
        outcome = workers.do("bomb.pdf", read_pdf, path, POLICY)
    first = outcome.results[0] if outcome.results else None
    costs_its_page = isinstance(first, PageText) and bool(first.problem)
    assert costs_its_page or isinstance(outcome.error, OverLimit)


def packed_zeros(megabytes: int) -> bytes:
    """As zlib packs them, but for the time: after a full flush every megabyte is packed alike."""
    packer = zlib.compressobj(9)
    first, other = (
        packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)
    )
    adler = (megabytes * 2**20 % 65521) << 16 | 1
    return first + other * (megabytes - 1) + b"\x03\0" + adler.to_bytes(4, "big")


def test_pages_that_hold_each_other(tmp_path: Path, good: Path) -> None:
    path = tmp_path / "cycle.pdf"
    with pikepdf.open(good) as pdf:
        pdf.Root.Pages.Kids.append(pdf.Root.Pages)
        pdf.save(path)
    with Workers(PDF_LIMITS, jobs=1) as workers:
        try:
            outcome = workers.do("cycle.pdf", read_pdf, path, POLICY)
        except PdfError as error:
            assert "pages" in str(error)
        else:
            assert outcome.error is not None or outcome.results


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("/Parent", 5),
        ("/Resources", 5),
        ("/Contents", 5),
        ("font /FontDescriptor", 5),
        ("font /W", pikepdf.Name.X),
        ("font /FontDescriptor /FontFile2", 5),
    ],
)
def test_objects_of_a_wrong_kind_cost_their_page_or_font(
    tmp_path: Path, good: Path, place: str, value: int
) -> None:
    path = tmp_path / "wrong.pdf"
    with pikepdf.open(good) as pdf:
        page = pdf.pages[0].obj
        *inside, key = place.split()
        target = page
        if inside:
            (font, *_) = page.Resources.Font.values()
            target = font.DescendantFonts[0]
            for name in inside[1:]:
                target = target[name]
        target[key] = value
        pdf.save(path)
    found = list(read_pdf(path, POLICY))
    assert [one for one in found if isinstance(one, PageText)]


def test_an_operator_that_is_no_text_costs_nothing_else(tmp_path: Path, good: Path) -> None:
    path = tmp_path / "operator.pdf"
    with pikepdf.open(good) as pdf:
        page = pdf.pages[0]
        page.obj.Contents = pdf.make_stream(b"\xff\xa0 " + page.obj.Contents.read_bytes())
        pdf.save(path)
    pages = [
        [one for one in read_pdf(p, POLICY) if isinstance(one, PageText)] for p in (path, good)
    ]
    assert pages[0] == pages[1]
    assert pages[0][0].lines


@pytest.mark.slow
def test_mutated_files_end_in_text_or_in_a_reason(tmp_path: Path, good: Path) -> None:
    whole = good.read_bytes()
    chance = random.Random(0)
    with Workers(PDF_LIMITS, jobs=2) as workers:
        for number in range(60):
            data = bytearray(whole)
            for _ in range(chance.choice((1, 5, 40))):
                data[chance.randrange(len(data))] = chance.randrange(256)
            if number % 5 == 0:
                del data[chance.randrange(len(data)) :]
            path = tmp_path / "mutated.pdf"
            path.write_bytes(data)
            try:
                outcome = workers.do(path.name, read_pdf, path, POLICY)
            except (PdfError, ValueError) as error:
                assert str(error)
            else:
                assert outcome.results or outcome.error

"""Pages whose content is written by hand, in one font."""

from collections.abc import Sequence
from typing import Any

import pikepdf


class OneFont:
    """A font of single bytes, each half an em wide."""

    is_vertical = False

    def number(self, font: Any) -> int:
        return 0

    def coded(self, number: int) -> "OneFont":
        return self

    def codes(self, text: bytes) -> Sequence[tuple[int, bool]]:
        return [(byte, byte == 32) for byte in text]

    def width(self, code: int) -> float:
        return 0.5


def one_page(content: bytes, forms: dict[str, bytes] | None = None) -> pikepdf.Pdf:
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(200, 200))
    font = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font))
    resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font), XObject=pikepdf.Dictionary())
    for name, data in (forms or {}).items():
        form = pdf.make_stream(data)
        form.Subtype = pikepdf.Name.Form
        form.Matrix = pikepdf.Array([1, 0, 0, 1, 100, 0])
        form.Resources = resources
        resources.XObject[f"/{name}"] = form
    page.obj.Resources = resources
    page.obj.Contents = pdf.make_stream(content)
    return pdf

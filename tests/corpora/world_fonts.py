"""Real packages of the world's scripts, drawn once for all tests that look at them."""

from functools import cache
from pathlib import Path

from rasm.corpora.scripts import DrawnCharacter, draw_package

SCRIPTS = Path(__file__).parents[2] / "dataset" / "scripts"
PACKAGES = SCRIPTS / "node_modules" / "@fontsource"
SIZE = 96


def drawn_here(packages: list[Path], size: int, left_out: list[str]) -> list[DrawnCharacter]:
    """As workers draw, without the seconds that starting them takes."""
    files = (file for package in packages for file in draw_package(package, size, left_out))
    return [character for file in files for character in file]


@cache
def characters_of(package: str) -> tuple[DrawnCharacter, ...]:
    assert (PACKAGES / package).is_dir(), f"{PACKAGES / package} is missing: run 'make fonts'"
    return tuple(drawn_here([PACKAGES / package], SIZE, []))

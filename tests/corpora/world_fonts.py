"""Real packages of the world's scripts, drawn once for all tests that look at them."""

from functools import cache
from pathlib import Path

from joblib import parallel_config

from rasm.corpora.scripts import DrawnCharacter, draw_packages

SCRIPTS = Path(__file__).parents[2] / "dataset" / "scripts"
PACKAGES = SCRIPTS / "node_modules" / "@fontsource"
SIZE = 96


def drawn_in_threads(packages: list[Path], size: int, left_out: list[str]) -> list[DrawnCharacter]:
    """As the library draws, without the seconds that starting processes takes."""
    with parallel_config(backend="threading"):
        return draw_packages(packages, size, left_out)


@cache
def characters_of(package: str) -> tuple[DrawnCharacter, ...]:
    assert (PACKAGES / package).is_dir(), f"{PACKAGES / package} is missing: run 'make fonts'"
    return tuple(drawn_in_threads([PACKAGES / package], SIZE, []))

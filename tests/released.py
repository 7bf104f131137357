"""The released model that tests ask."""

from rasm.query.run_files import RELEASES

RELEASE = max(RELEASES.glob("*"), key=lambda folder: folder.name)

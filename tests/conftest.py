"""Property tests draw the same examples everywhere, and a slow machine fails none of them."""

from hypothesis import settings

settings.register_profile("rasm", deadline=None, derandomize=True, database=None)
settings.load_profile("rasm")

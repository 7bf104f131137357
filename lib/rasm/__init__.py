"""Rasm (رسم, the bare skeleton of an Arabic letter) recognises glyphs that it learnt from fonts."""

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """`from rasm import Recognizer`, without PyTorch for whoever only wants the version."""
    if name == "Recognizer":
        from rasm.query.recognizer import Recognizer

        return Recognizer
    if name == "repair":
        from rasm.query.documents import repair

        return repair
    if name == "name_font":
        from rasm.query.naming import name_font

        return name_font
    raise AttributeError(f"module 'rasm' has no attribute {name!r}")

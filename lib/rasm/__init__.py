"""Rasm (رسم, the bare skeleton of an Arabic letter) recognises glyphs that it learnt from fonts."""

__version__ = "0.1.0"

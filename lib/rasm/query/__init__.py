"""Asking the trained recogniser, from Python and from the command line."""

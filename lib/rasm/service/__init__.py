"""The recogniser over HTTP."""

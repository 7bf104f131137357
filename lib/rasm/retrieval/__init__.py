"""Look a glyph up: the index, its measures, the answer that its hits give, classes added later."""

"""What a glyph is called: which labels remain, which look alike, and splits that do not leak."""

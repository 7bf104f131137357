"""What wear, print and scanning do to a glyph, done on purpose while training."""

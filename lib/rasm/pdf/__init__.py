"""PDF files: which glyphs they show where, what their fonts draw, and the maps that name them."""

"""Glyphs that come together, read together: what one is says what another is not."""

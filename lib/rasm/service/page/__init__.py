"""The page that reads glyphs in a browser: its sources, and what puts it together."""

"""Font files become shaped outlines, and shaped outlines become `glyphs.db`.

The only place that parses fonts.  Every other package reads the database.
"""

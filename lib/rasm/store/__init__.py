"""The formats on disk: one reader and one writer each."""

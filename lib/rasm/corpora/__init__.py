"""Pictures with classes and splits, from fonts and folders, in one form for all who train."""

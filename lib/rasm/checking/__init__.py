"""What is wrong with the glyphs of a font: kinds of faults, how grave, what is known already."""

"""From outline to 128x128 mask, and from mask to cells."""

"""Look a picture up: the index, the vote of the nearest, classes added later."""

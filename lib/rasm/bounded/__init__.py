"""Work on a file from anywhere, done where it can neither hang the machine nor fill it."""

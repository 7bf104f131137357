"""The vocabulary of cell shapes: clustering, and the assignment of cells to it."""

"""What a reader sees of a run: metrics, tables, plots and galleries."""

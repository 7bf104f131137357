"""What a reader sees of a run: tables, charts, sheets and pages. Computes no metric."""

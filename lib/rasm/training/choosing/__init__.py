"""What chooses the best epoch of an embedder: trials of what training does not show, one a file."""

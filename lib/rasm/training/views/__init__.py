"""How training pictures vary for an embedder, one view a file."""

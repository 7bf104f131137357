"""Pure functions that judge answers: formula and source in each docstring."""

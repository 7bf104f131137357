"""How far an answer can be believed: calibration and conformal sets."""

"""How a network is shown a picture in use."""

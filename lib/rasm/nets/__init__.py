"""The networks, one a file; their weights on disk, and the device that they compute on."""

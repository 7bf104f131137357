"""The scripts of the pipeline, one a stage, and the runner that starts them."""

"""What is asked of the whole pipeline by running it more than once."""

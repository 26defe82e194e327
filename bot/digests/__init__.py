"""Weekly digests: set up, composed, planned and previewed."""

"""Weekly and monthly digests: set up, composed, planned and previewed."""

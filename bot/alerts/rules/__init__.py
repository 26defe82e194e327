"""Alert rules: set up, listed and changed, with their recipients."""

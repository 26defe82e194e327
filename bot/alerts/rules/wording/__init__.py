"""Alert rules in words."""

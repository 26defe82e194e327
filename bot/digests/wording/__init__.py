"""What a digest says."""

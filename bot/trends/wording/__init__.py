"""What a trend says."""

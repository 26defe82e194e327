"""The words of a trend."""

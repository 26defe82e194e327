"""The words of an answer."""

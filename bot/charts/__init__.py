"""Answers as pictures: pure functions to figures, and figures to PNG."""

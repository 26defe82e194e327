"""Texts on what to do about a segment, by what it should work on, and about a tier of accounts."""

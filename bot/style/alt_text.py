"""How long the words of a picture may be."""

MAX_ALT_TEXT = 1_000

"""Judgement of a file of movements as a whole: levels sent as movements, rows of totals."""

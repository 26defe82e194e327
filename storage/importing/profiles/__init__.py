"""Kinds of file told by their header, and how the columns of each become ours."""

"""A query on somebody's database: one SELECT, read only, row by row into a file."""

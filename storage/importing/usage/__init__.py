"""Usage of a file: the second series, beside committed MRR."""

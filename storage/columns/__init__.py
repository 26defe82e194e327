"""Columns: what is derived from the ledger, in arrays, written by imports, read by answers."""

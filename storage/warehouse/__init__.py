"""A ledger that lives in a warehouse."""

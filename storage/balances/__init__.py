"""Everything derived from the ledger: balances, windows, totals."""

"""Data quality: whether the ledger adds up, what it lacks, and how another system differs."""

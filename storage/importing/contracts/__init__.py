"""Lists of contracts: read, compared with what the ledger holds, and turned into movements."""

"""Files into the ledger, from the command line."""

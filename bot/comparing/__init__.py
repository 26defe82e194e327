"""Two groups of accounts, or two periods, beside each other."""

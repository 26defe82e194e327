"""Identity of accounts: one account that several sources know by ids of their own."""

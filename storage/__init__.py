"""The ledger and everything derived from it: the only package that speaks SQL."""

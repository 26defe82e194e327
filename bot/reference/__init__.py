"""Commands that need no ledger: help and annualising."""

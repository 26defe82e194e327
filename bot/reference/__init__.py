"""What needs no ledger: help, annualising, the table of such commands."""

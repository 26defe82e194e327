"""Stripe as a source: what its API shows becomes terms of contracts."""

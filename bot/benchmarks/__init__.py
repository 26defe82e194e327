"""Benchmarks and goals in words and JSON, and the review of tiers that lie far apart."""

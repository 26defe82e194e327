"""Benchmarks and goals: twelve months of a base beside what is published, and what was aimed at."""

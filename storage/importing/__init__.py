"""Imports: one module per source, findings instead of exceptions for rows, one transaction."""

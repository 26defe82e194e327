"""Grants and the audit."""

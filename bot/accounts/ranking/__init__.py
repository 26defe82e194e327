"""Accounts at risk, and those that are ready to expand, each with all of its reasons."""

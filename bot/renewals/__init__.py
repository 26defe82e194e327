"""Renewals: what comes up in the days ahead, and how much of what came up was renewed."""

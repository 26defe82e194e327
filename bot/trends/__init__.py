"""Trends: a ratio over rolling windows, and how it is shown."""

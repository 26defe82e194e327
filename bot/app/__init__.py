"""Composition root: all features are joined here, for Slack and for the scheduler."""

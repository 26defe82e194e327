"""Subscriptions and what became of their weeks."""

"""Delivery through Slack: digests at most once, alerts at worst twice, no loss without a notice."""

"""Delivery of messages through Slack: never twice, never lost without a notice."""

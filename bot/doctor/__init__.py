"""Checks of the store, the settings and Slack, each with what to do about what is wrong."""

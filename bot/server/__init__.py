"""Serving Slack: over Socket Mode, or over signed HTTP."""

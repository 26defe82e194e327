"""The composition root: where all features are joined, for Slack and for the scheduler."""

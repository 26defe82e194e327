"""The edge to Slack: its client, what it sends, and the one way to answer; it knows no feature."""

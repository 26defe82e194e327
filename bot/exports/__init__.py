"""Files that a person asks for in Slack, sent to them in a direct message."""

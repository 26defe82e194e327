"""Answers as Slack messages: pure functions to Block Kit, with all figures in the text too."""

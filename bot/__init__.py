"""Everything that talks to people: the command line, Slack, words and pictures."""

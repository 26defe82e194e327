"""Getting words to people through Slack: never twice, never lost without saying so."""

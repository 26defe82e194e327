"""Setting nrrbot up: the few settings asked for and written down, and Slack's manifest."""

"""What can be typed after the slash command: one file per sub-command, from text to message."""

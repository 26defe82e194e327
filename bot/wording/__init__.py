"""The words and numbers of an answer, shared by Slack messages, pictures and the terminal."""

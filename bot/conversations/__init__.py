"""Answers where people talk: to mentions, in threads, and in the bot's own direct conversations."""

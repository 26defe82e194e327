"""Signals of a file, such as logins by account and day: read, compared with those held, stored."""

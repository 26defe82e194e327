"""Alerts told: the message, its picture and buttons, and who gets it."""

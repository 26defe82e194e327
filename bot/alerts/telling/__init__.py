"""Notices of alerts: their recipients, their messages with picture and buttons, the clicks."""

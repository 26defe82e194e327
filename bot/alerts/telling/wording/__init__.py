"""Notices of alerts in words."""

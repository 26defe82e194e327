"""Delivery of messages through Slack.

A digest is never sent twice by itself, an alert at worst twice and marked as such; neither is lost
without a notice.
"""

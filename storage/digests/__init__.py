"""Subscriptions to weekly digests, their planned weeks and their stuck messages."""

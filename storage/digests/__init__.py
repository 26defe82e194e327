"""Subscriptions to weekly and monthly digests, their planned weeks and their stuck messages."""

"""Channels as the store knows them."""

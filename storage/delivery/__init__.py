"""The outbox, and how delivery stands."""

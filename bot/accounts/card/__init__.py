"""One account on a card: what it pays and paid, and where each figure is recorded."""

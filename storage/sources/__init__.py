"""Sources that keep themselves up to date: how far each was read, and what a query gives."""

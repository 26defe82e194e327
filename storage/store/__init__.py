"""The database itself: connections, transactions, types and the schema's version."""

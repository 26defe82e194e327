"""Text to a question: a closed grammar over periods and the words of a ledger."""

"""Messages heard and answered where people talk, without a word that is no question."""

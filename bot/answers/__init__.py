"""Questions answered: the use case, and how an answer is shown, shared and exported."""

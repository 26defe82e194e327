"""Who may see figures, and where they may be shown: denied unless something allows it."""

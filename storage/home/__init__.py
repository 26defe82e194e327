"""Who opened the Home tab lately, and what each was shown there."""

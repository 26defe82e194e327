"""The Home tab of each person, as far as they may see."""

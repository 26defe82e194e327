"""Levels: what accounts pay by month or day, and the movements that lead there."""

"""The one thing to say: from the figures of a whole and its segments to what costs the most."""

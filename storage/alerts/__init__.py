"""Alert rules, states and notices."""

"""Alert rules as data, and the pure decisions about them."""

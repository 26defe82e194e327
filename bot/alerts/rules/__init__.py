"""Alert rules: how people set them up, list them, change them and say who hears of them."""

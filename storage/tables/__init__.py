"""The tables; they hold rows and have no behaviour."""

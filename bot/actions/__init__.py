"""The buttons under an answer: one file each."""

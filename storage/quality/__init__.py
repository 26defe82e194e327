"""How good the data is: whether it adds up, what it lacks, and how another system differs."""

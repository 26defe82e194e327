"""The audit pack: a period's figures with all that they rest on, in a file that can be checked."""

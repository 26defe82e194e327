"""The accounts that moved a base the most, for those who may see single accounts."""

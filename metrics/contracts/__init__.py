"""Terms of contracts to the MRR that they come to, day by day; days are dates."""

"""The outlook: NRR of the days ahead if nothing moves but what is known already."""

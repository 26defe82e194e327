"""How quick nrrbot is next to what an analyst would use instead: `python -m benchmarks`."""

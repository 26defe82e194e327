"""Stripe's objects as terms of contracts: values in, values out; who fetches them is elsewhere."""

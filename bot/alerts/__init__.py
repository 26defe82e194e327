"""Alerts: rules set up, evaluated on new data, and told once to those who may see them."""

"""Alerts: rules set up, evaluated on new data, and told once to recipients who may see them."""

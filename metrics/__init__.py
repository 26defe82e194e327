"""Net revenue retention as pure values: no I/O, no clock, no environment, no Slack, no SQL."""

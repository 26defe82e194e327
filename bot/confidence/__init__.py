"""How sure a figure is: read, cut to what somebody may see, and written."""

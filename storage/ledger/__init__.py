"""The reads behind every answer."""

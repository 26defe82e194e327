"""The profile and the goals of a workspace: set, shown and listed."""

"""What the bot's token must allow: the same list as in the app's manifest."""

NEEDED_SCOPES = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "usergroups:read",
    "users:read",
    "users:read.email",
)
"""A test compares them with ``manifest.yaml``, which says what each is for."""

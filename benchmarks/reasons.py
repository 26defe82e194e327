"""Why a target is missed: written by hand, shown in the table for as long as it is."""

REASONS: dict[tuple[str, str], str] = {}
"""By check and database, or by check alone with an empty database."""


def reason(check: str, engine: str) -> str:
    """Return why a target is missed; nothing where nobody has said so yet."""
    return REASONS.get((check, engine)) or REASONS.get((check, ""), "")

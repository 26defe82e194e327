"""Why a target is missed: written by hand, shown in the table for as long as it is."""

_STATEMENTS = (
    "about half of the processor's time is SQLAlchemy around"
    " fifteen small statements, a third are the sums"
)
REASONS: dict[tuple[str, str], str] = {
    ("one period by segment, nothing kept", ""): _STATEMENTS,
    ("24-month trend by segment, nothing remembered", ""): (
        "24 windows are rolled up one by one, and every combination of attributes is read as JSON"
    ),
    ("question to Answer, nothing kept, gross activity included", ""): (
        "outcomes of accounts are worked out three times"
    ),
    ("question to Answer, two free days, nothing kept", ""): (
        "accounts are placed anew on both days, half of which is to"
        " apply the statements on attributes since the month began"
    ),
    ("question to Answer, as known at a moment, nothing kept", ""): (
        "the control totals of a past moment are sums over all movements, in SQL: four fifths;"
        " the replay in columns is the rest"
    ),
}
"""By check and database, or by check alone with an empty database."""


def reason(check: str, engine: str) -> str:
    """Return why a target is missed; nothing where nobody has said so yet."""
    return REASONS.get((check, engine)) or REASONS.get((check, ""), "")

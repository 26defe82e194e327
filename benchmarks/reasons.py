"""Why a target is missed: written by hand, shown in the table for as long as it is."""

REASONS: dict[tuple[str, str], str] = {
    ("one period by segment, nothing kept", ""): (
        "of the processor's time about a third are the sums over all accounts, a quarter is to read"
        " all combinations of attributes and look up their values, a fifth are small statements"
    ),
    ("24-month trend by segment, nothing remembered", ""): (
        "24 windows are proved and rolled up one by one, a quarter of a millisecond each"
    ),
    ("question to Answer, nothing kept, gross activity included", ""): (
        "half of the time are four periods that are added up over all accounts, the quarter and"
        " those it is compared with; a quarter is the finding, a tenth the quarter's movements"
    ),
    ("question to Answer, two free days, nothing kept", ""): (
        "accounts are placed anew on three days, and that takes half of the time"
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

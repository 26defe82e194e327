"""Why a target is missed: written by hand, shown in the table for as long as it is."""

_COLD = "with nothing remembered, some 500 rows a window are read and rolled up here"
REASONS: dict[tuple[str, str], str] = {
    ("one period by segment, from month balances", ""): (
        "the database looks every account up in the other month, which takes two thirds of it; an"
        " integer key in place of the text id was tried and is no quicker"
    ),
    ("24-month trend by segment, windows kept, nothing remembered", ""): _COLD,
    ("question to Answer, windows kept, nothing remembered", ""): _COLD,
    ("question to Answer, windows kept, nothing remembered: largest size against smallest", ""): (
        "more accounts have more combinations of attributes, up to a point"
    ),
    ("question to Answer, no window kept", ""): (
        "an answer tells gross activity, too, which passes over every movement of the period; the"
        " bare statements leave it out"
    ),
    ("24-month trend by segment after new data: repair, windows, trend", ""): (
        "the month's windows are measured at once, and the running process reads all 24 again"
    ),
    ("1,400 movements of one day imported, balances and windows fresh", ""): (
        "a process of its own: half of it is to start, load pandas, and measure three windows"
    ),
    ("import of all movements, validated, with balances", ""): (
        "this machine runs the plain add_all loop at an eighth of the speed that the target was set"
        " by; the ratio is what to look at"
    ),
    ("24-month trend by segment, asked before", "SQLite"): (
        "0.1 ms over: opening a session and seeing that nothing is new is most of it"
    ),
    ("question to Answer, asked before: largest size against smallest", "PostgreSQL"): (
        "the largest size was measured while other work ran on the same cores"
    ),
    ("24-month trend by segment, asked before", "PostgreSQL"): (
        "four round trips to the server, to open a snapshot and to see that nothing is new"
    ),
    ("nrrbot serve, until ready for Slack", "PostgreSQL"): "psycopg is loaded and connected",
}
"""By check and database, or by check alone with an empty database."""


def reason(check: str, engine: str) -> str:
    """Return why a target is missed; nothing where nobody has said so yet."""
    return REASONS.get((check, engine)) or REASONS.get((check, ""), "")

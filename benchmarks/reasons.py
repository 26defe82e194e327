"""Why a target is missed: written by hand, shown in the table for as long as it is."""

REASONS: dict[tuple[str, str], str] = {
    ("one period by segment, nothing kept", ""): (
        "of the processor's time two fifths are to read two months of all accounts and to add them"
        " up, a fifth are small statements; PostgreSQL hands over 1.5 MB for it, and pandas and the"
        " first version have what they rest on in memory or added up"
    ),
    ("24-month trend by segment, asked before", ""): (
        "it is one statement to PostgreSQL, planned once; mrr-playbook's turn before it empties the"
        " processor's own cache: what takes no turns with others needs a quarter as long"
    ),
    ("24-month trend by segment, nothing remembered", ""): (
        "half of the time are 24 windows, of which a tenth is to read and a quarter to roll them up"
        " together; a quarter is to read the words of the question, a tenth the finding"
    ),
    ("question to Answer, nothing kept, gross activity included", ""): (
        "two fifths of the time are the opening bases of 24 months, which tell whether an alert"
        " may fire for what is quiet: an import has added them up (see the first answer after an"
        " import); a quarter are movements by driver, the rest four periods and their finding"
    ),
    ("question to Answer, two free days, nothing kept", ""): (
        "a fifth of the time is to place accounts anew on three days, another fifth to split"
        " twelve months by driver for the reasons behind a leak"
    ),
    ("question to Answer, as known at a moment, nothing kept", ""): (
        "a quarter is to go through all movements in SQL for the control totals and the newest row"
        " of then, a quarter the replay in columns, a sixth the places on 27 days, of which 25 tell"
        " whether an alert fires"
    ),
    ("store, ledger and columns", "PostgreSQL"): (
        "half of it are the rows of movements, of which PostgreSQL adds 28 bytes to each, a third"
        " their indexes, an eighth the columns; it is less than ten times its limit at 100,000"
    ),
    ("24-month trend by segment after a day's movements: repair, then the trend", ""): (
        "of the processor's time a quarter is to name the kinds of the changed month's movements"
        " and place all accounts anew at two month starts, a fifth to add up six windows, an eighth"
        " to take up where the accounts stood, a twelfth the trend itself"
    ),
    ("import of all movements, validated, columns built", ""): (
        "of the processor's time two fifths are the database with its indexes, at its own pace for"
        " a row, a fifth is to read the file, another to check it, a tenth the columns and windows;"
        " PostgreSQL's own process takes half of what ours takes beside it, a fifth of that for the"
        " indexes, which are made after the rows"
    ),
    ("1,400 movements of one day imported, the whole process", ""): (
        "six tenths are the loading of modules, of which SQLAlchemy, numpy, Pydantic and the other"
        " libraries are more than half and the tables a seventh; three tenths are the import itself"
    ),
    ("nrrbot serve, until ready for Slack", ""): ("it lies at its limit, and moves with the host"),
    ("nrrbot serve, its memory then, before the first chart", ""): (
        "101 MiB are loaded code, of which 63 are there when it is ready; numpy is 11: no SciPy,"
        " pandas, matplotlib, XlsxWriter or importing; the first answer by itself brings 28, of"
        " which its arrays are 8 and SQLite's pages 7; the rest are some 50 threads, and the jobs"
        " that begin at the start and work beside it"
    ),
}
"""By check and database, or by check alone with an empty database."""


def reason(check: str, engine: str) -> str:
    """Return why a target is missed; nothing where nobody has said so yet."""
    return REASONS.get((check, engine)) or REASONS.get((check, ""), "")

"""Words of a sync: its outcome in one line, and how a source stands."""

from datetime import date, datetime, timedelta
from typing import Any

from bot.sources.syncing import SyncOutcome
from bot.style.names import plural
from metrics.period_grammar import ONE_DAY
from storage.sources.states import SourceState

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_HOURS_UNTIL = timedelta(days=2)


def outcome_line(outcome: SyncOutcome) -> str:
    """Say in one line what a sync has brought.

    Examples
    --------
    >>> outcome_line(SyncOutcome(name="sql", covered_through=date(2026, 11, 29)))
    'sql: nothing new, covered through 28 Nov.'
    >>> outcome_line(SyncOutcome(name="sql", is_dropped=True))
    'sql: another process synced it meanwhile; nothing is left to do.'
    """
    if outcome.is_dropped:
        return f"{outcome.name}: another process synced it meanwhile; nothing is left to do."
    new = plural(outcome.imported, "new row") if outcome.imported else "nothing new"
    covered = covered_words(outcome.covered_through)
    return f"{outcome.name}: {', '.join([*outcome.said, new, *covered])}."


def outcome_json(outcome: SyncOutcome) -> dict[str, Any]:
    """Return the document of ``nrrbot sync --json`` about a sync that did not fail."""
    covered = outcome.covered_through
    return {
        "source": outcome.name,
        "status": _status(outcome),
        "rows": outcome.rows,
        "imported": outcome.imported,
        "imports": [report.number for report in outcome.reports if report.number is not None],
        "covered_through": (covered - ONE_DAY).isoformat() if covered else None,
        "said": [*outcome.said],
        "notes": [*outcome.notes],
    }


def failure_notice(state: SourceState) -> str:
    """Tell administrators that a source fails, what to do, and that nothing is lost."""
    since = state.failed_since
    is_old = state.told_at is not None and since is not None
    fails = f"has failed since {since.day} {since:%b}" if is_old and since else "could not be read"
    why = (state.failure or "").translate(_ESCAPES)
    return (
        f"The source {state.name} {fails}. {why} The ledger is as it was, and the next sync that"
        " succeeds brings what has come since."
    )


def well_notice(state: SourceState) -> str:
    """Tell administrators that a source of which they know that it failed is well again."""
    at, since = state.succeeded_at, state.failed_since
    after = [f"after {age_words(at - since)}"] if at is not None and since is not None else []
    said = " ".join(["is well again", *after])
    covered = covered_words(state.covered_through)
    return (
        f"The source {', '.join([f'{state.name} {said}', *covered])}. Whatever has come since is in"
        " the ledger."
    )


def state_words(state: SourceState, *, now: datetime) -> str:
    """Say how a source stands: its age, how far it was read, or since when it fails."""
    if state.failure is not None and state.failed_since is not None:
        return f"has failed for {age_words(now - state.failed_since)}: {state.failure}"
    if state.succeeded_at is None:
        return "was not synced yet"
    age = f"synced {age_words(now - state.succeeded_at)} ago"
    return ", ".join([age, *covered_words(state.covered_through)])


def age_words(age: timedelta) -> str:
    """Write how long something takes or is ago.

    >>> [age_words(timedelta(hours=hours)) for hours in (0, 5, 72)]
    ['1 minute', '5 hours', '3 days']
    """
    if age < _HOUR:
        return plural(max(1, age // _MINUTE), "minute")
    if age < _HOURS_UNTIL:
        return plural(age // _HOUR, "hour")
    return plural(age // _DAY, "day")


def covered_words(through: date | None) -> list[str]:
    """Say through which day a source was read; nothing where it was not."""
    if through is None:
        return []
    last = through - ONE_DAY
    return [f"covered through {last.day} {last:%b}"]


def _status(outcome: SyncOutcome) -> str:
    if outcome.is_dropped:
        return "dropped"
    return "synced" if outcome.imported else "nothing-new"

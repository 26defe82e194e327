"""Guesses at a header that nobody knows: which column looks like which of ours."""

import shlex
from collections.abc import Mapping, Sequence

from storage.importing.file_kind import KINDS_OF_FILE, kind_of_file
from storage.importing.months import month_of
from storage.importing.profiles.all_profiles import usual_profile
from storage.importing.profiles.columns import CURRENCY as CURRENCY_COLUMN
from storage.importing.profiles.names import listed, plain_name, quoted
from storage.importing.profiles.unread_months import unread_months
from storage.importing.profiles.usual import ACCOUNT, CHANGE, CURRENCY, DAY, LEVEL, MONTH
from storage.importing.profiles.wishes import MONTH as MONTH_COLUMN
from storage.importing.profiles.wishes import ColumnWishes
from storage.importing.tables.table import FileTable

_WORDS: Mapping[str, frozenset[str]] = {
    ours: frozenset(words.split())
    for ours, words in {
        "account_id": "account customer client company org organization organisation tenant user"
        " subscriber member sponsor buyer kunde",
        "date": "date day when time at effective occurred created datum tag timestamp",
        "month": "month period date day monat",
        "start": "start starts started begin begins from since",
        "end": "end ends ended until to expires expiry",
        "amount": "amount mrr revenue price value delta change movement total sum betrag arr acv",
        "mrr": "mrr amount revenue value balance total betrag",
        "currency": "currency ccy waehrung",
        "metric": "metric event signal name",
        "value": "value count number",
        "rate": "rate kurs",
    }.items()
}
_USUAL = {
    "account_id": ACCOUNT,
    "date": DAY,
    "month": MONTH,
    "amount": CHANGE,
    "mrr": LEVEL,
    "currency": CURRENCY,
}
_COUNTS = frozenset(["accounts", "clients", "customers", "subscribers", "users"])
"""Names of columns that count accounts beside a total, and name none."""
_OF_LEVELS = frozenset(["month", "mrr"])
"""Columns of ours that a column for each month stands for."""
_CHANGES = frozenset(["change", "changes", "delta", "diff", "moved", "movement", "movements"])
_ALIKE = 82  # of 100: a slip of the keyboard, not another word


def guess_kind(names: Sequence[str]) -> str:
    """Guess what kind of file it is by words of its header."""
    words = {word for name in names for word in name.split("_")}
    if words & _WORDS["start"] and words & _WORDS["end"]:
        return "contracts"
    if words & {"month", "period"} or ("mrr" in words and not words & _CHANGES):
        return "balances"
    return "movements"


def guess_columns(needed: Sequence[str], header: Sequence[str]) -> dict[str, str]:
    """Guess which cell of a header is which of the columns that are needed."""
    found: dict[str, str] = {}
    for ours in needed:
        free = [cell for cell in header if cell not in found.values()]
        best = max(free, key=lambda cell: _score(ours, plain_name(cell)), default="")
        if best and _score(ours, plain_name(best)) > 0:
            found[ours] = best
    return found


def _score(ours: str, name: str) -> float:
    from rapidfuzz import fuzz  # noqa: PLC0415 - slow to load, and rarely needed

    words = name.split("_")
    alike = max((fuzz.ratio(name, usual) for usual in _USUAL.get(ours, (ours,))), default=0)
    hits = len(_WORDS.get(ours, frozenset()) & set(words))
    # Of two that hold the word, the shorter name is meant, and an id rather than a name.
    return (
        100 * hits
        + (alike if alike >= _ALIKE else 0)
        + (5 * ("id" in words) - len(words) if hits else 0)
    )


def unknown_header(table: FileTable, names: Sequence[str], wishes: ColumnWishes) -> str:
    """Say what was found in a header that is of no kind, and the line to type.

    Parameters
    ----------
    names : sequence of str
        Plain names of the header, with those that were mapped under our names.
    """
    is_wide = any(map(month_of, table.header))
    kind = wishes.kind or ("balances" if is_wide else guess_kind(names))
    kind = kind if kind in KINDS_OF_FILE else "movements"
    known = usual_profile(kind).shape.origins(names)
    used = {origin.column for origin in known.values()}
    lacking = [
        ours
        for ours in kind_of_file(kind).required
        if ours not in {*known, *names}
        and not (ours == CURRENCY_COLUMN and wishes.currency)
        and not (ours in _OF_LEVELS and is_wide)
    ]
    taken = used | (_COUNTS if kind == "balances" and not is_wide else set())
    free = [cell for cell in table.header if plain_name(cell) in {*names} - taken]
    guessed = guess_columns(lacking, free)
    first = table.header[0]
    if is_wide and "account_id" in {*lacking} - {*guessed} and month_of(first) is None:
        if not first.strip():
            return f"{table.header_place} has no name for its first column: write account_id there"
        guessed = {"account_id": first, **guessed}
    columns = listed(table.header)
    months = [] if wishes.kind else unread_months(table, used)
    months = [cell for cell in months if month_of(cell) is None]
    if len(months) > 1:
        return f"{table.header_place} has {listed(months)}: write months like 2026-07"
    if wishes.kind:
        found = f"{table.header_place} lacks {', '.join(lacking)}; it has {columns}"
    else:
        found = f"no kind of file that is known has {table.header_place} {columns}"
    alike = ", ".join(f"{quoted(cell)} looks like {ours}" for ours, cell in guessed.items())
    line = _line(kind, table.file.typed, lacking, guessed, wishes)
    said = f"{found}; {f'{alike}: ' if alike else ''}type `{line}`"
    if MONTH_COLUMN in {*lacking} - {*guessed}:
        said += f", or `--map {MONTH_COLUMN}=2026-07` if all its rows are of that month"
    if kind != "balances" or is_wide or "account_id" not in {*lacking} - {*guessed}:
        return said
    compare = shlex.join(["nrrbot", "data", "--reconcile", table.file.typed])
    return f"{said}, or if these are totals, `{compare}` compares them"


def _line(
    kind: str,
    file: str,
    lacking: Sequence[str],
    guessed: Mapping[str, str],
    wishes: ColumnWishes,
) -> str:
    said = [f"{ours}={wish.column}" for ours, wish in wishes.columns.items() if wish.column]
    needed = [ours for ours in lacking if ours in guessed or ours != CURRENCY_COLUMN]
    said += [f"{ours}={guessed.get(ours, 'COLUMN')}" for ours in needed]
    words = [*(wishes.command or ("nrrbot", "import", kind)), file]
    for each in said:
        words += ["--map", each]
    if CURRENCY_COLUMN in lacking and CURRENCY_COLUMN not in guessed:
        words += ["--currency", "EUR"]
    return shlex.join(words)

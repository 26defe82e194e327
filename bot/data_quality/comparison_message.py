"""Another system's totals beside the ledger's, as parts of a message in the terminal."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot.style.figures import money
from bot.style.grid import Grid
from bot.style.names import plural, safe_name, short_month
from bot.style.parts import Headline, Parts, Quiet, Said, Table
from metrics.listing import few_of
from metrics.reconciliation import DifferingAccount, Mismatch, MonthComparison
from storage.quality.reconciling import Reconciliation

MOST_MONTHS, MOST_ACCOUNTS = 12, 10
LIKELY = {
    Mismatch.ONLY_THERE: "only there",
    Mismatch.ONLY_HERE: "only here",
    Mismatch.LATER_THERE: "a month later there",
    Mismatch.LATER_HERE: "a month later here",
    Mismatch.CURRENCY: "in another currency",
    Mismatch.PAUSE: "paused here",
    Mismatch.AMOUNT: "another amount",
}
_LISTED = 3
_Found = tuple[MonthComparison, DifferingAccount]


def reconciliation_parts(found: Reconciliation, file: str) -> Parts:
    """Compose a comparison: months that agree are one line, the others by how much they differ."""
    compared = (*found.months, *found.by_segment)
    wrong = [one for one in compared if not one.agrees]
    worst = max(wrong, key=_size, default=None)
    return (
        Headline(_headline(found, worst, file)),
        Said(*_agreeing(found)),
        Table(_months_grid(wrong), figures=3),
        Said(*_reasons(found)),
        Table(_accounts_grid(_accounts(found)), figures=3),
        Quiet(*_notes(found, wrong)),
    )


def _headline(found: Reconciliation, worst: MonthComparison | None, file: str) -> str:
    if worst is None:
        if not found.months:
            return f"{safe_name(file)} has no month that can be compared"
        return f"{safe_name(file)} and the ledger agree"
    code = worst.currency
    if not worst.difference:
        accounts = plural(len(worst.accounts), "account")
        return f"{_subject(worst)} agrees in total, and {accounts} differ"
    way = "more" if worst.difference > 0 else "less"
    return (
        f"{_subject(worst)} is {money(abs(worst.difference), code)} {way} here:"
        f" {money(worst.here, code)}, there {money(worst.there, code)}"
    )


def _subject(one: MonthComparison) -> str:
    month = short_month(one.month)
    return month if one.segment is None else f"{safe_name(one.segment)} in {month}"


def _size(one: MonthComparison) -> tuple[int, int]:
    return abs(one.difference), sum(abs(each.difference) for each in one.accounts)


def _agreeing(found: Reconciliation) -> Iterator[str]:
    for compared, whose in ((found.months, ""), (found.by_segment, " by segment")):
        months = sorted({one.month for one in compared})
        wrong = {one.month for one in compared if not one.agrees}
        if months:
            agree = len(months) - len(wrong)
            span = short_month(months[0])
            if len(months) > 1:
                span = f"{span} to {short_month(months[-1])}"
            yield f"{span}: {agree} of {plural(len(months), 'month')} {_verb(agree)}{whose}."


def _verb(count: int) -> str:
    return "agrees" if count == 1 else "agree"


def _months_grid(wrong: Sequence[MonthComparison]) -> Grid:
    rows = tuple(
        (
            _subject(one),
            money(one.here, one.currency),
            money(one.there, one.currency),
            money(one.difference, one.currency),
        )
        for one in sorted(wrong, key=_size, reverse=True)[:MOST_MONTHS]
    )
    return Grid(title="", header=("Month", "Here", "There", "Difference"), rows=rows)


def _accounts(found: Reconciliation) -> list[_Found]:
    every = [(month, one) for month in found.months for one in month.accounts]
    return sorted(every, key=lambda pair: (-abs(pair[1].difference), pair[0].month))


def _reasons(found: Reconciliation) -> Iterator[str]:
    """Count the differences by their likely reason, the one with most money first."""
    every = _accounts(found)
    sums = {
        cause: (
            len({one.account for _, one in every if one.cause is cause}),
            sum(abs(one.difference) for _, one in every if one.cause is cause),
        )
        for cause in Mismatch
    }
    told = [
        f"{plural(count, 'account')} {LIKELY[cause]}"
        for cause, (count, _) in sorted(sums.items(), key=lambda pair: -pair[1][1])
        if count
    ]
    if told:
        yield f"Likely: {'; '.join(told)}."


def _accounts_grid(every: Sequence[_Found]) -> Grid:
    rows = tuple(
        (
            f"{safe_name(one.account)}, {short_month(month.month)}",
            money(one.here, month.currency),
            money(one.there, month.currency),
            money(one.difference, month.currency),
            LIKELY[one.cause],
        )
        for month, one in every[:MOST_ACCOUNTS]
    )
    header = ("Account", "Here", "There", "Difference", "Likely")
    return Grid(title="", header=header, rows=rows)


def _notes(found: Reconciliation, wrong: Sequence[MonthComparison]) -> Iterator[str]:
    count = len(_accounts(found))
    if count > MOST_ACCOUNTS or len(wrong) > MOST_MONTHS:
        yield "These are the largest: --json has all of them."
    if found.later:
        yield f"Not compared, for the ledger ends before: {_listed(found.later)}."
    if found.missing:
        yield f"The file has no row of {_listed(found.missing)}."
    if found.only_here:
        yield f"The ledger also has {', '.join(found.only_here)}, which the file does not name."
    if wrong and not found.has_accounts:
        yield "With a column account_id the accounts that differ are named."


def _listed(months: Sequence[date]) -> str:
    return few_of([*map(short_month, months)], _LISTED)

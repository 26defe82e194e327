"""The words of a card."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from bot.accounts.card.card import AccountCard, AccountChoice
from bot.findings.reasons import reason_name
from bot.style.figures import percent, short_money
from bot.style.grid import Grid, LabelledText
from bot.style.names import day_words, dimension_name, plural, safe_name, short_month
from metrics.contracts.terms import Cadence, Term, TermStatus
from metrics.listing import few_of
from metrics.period_grammar import shift_months
from metrics.segments import DerivedDimension
from storage.ledger.account_record import AccountFound, RecordedMovement, WaitingMovement

_OWNER = "owner"
_YEAR = 12
_MOST_WAITING = 3
_MUCH = Fraction(11, 10)
_PER = {
    Cadence.ONCE: "once",
    Cadence.TOTAL: "in all",
    Cadence.MONTH: "a month",
    Cadence.QUARTER: "a quarter",
    Cadence.HALF_YEAR: "half a year",
    Cadence.YEAR: "a year",
}


def name_of(account: AccountFound) -> str:
    """Name an account: by its name, and its id where that is another."""
    if not account.name or account.name == account.account_id:
        return safe_name(account.account_id)
    return f"{safe_name(account.name)} ({safe_name(account.account_id)})"


def headline(card: AccountCard) -> str:
    """Write whose card it is, and what it pays."""
    account = card.record.account
    name = name_of(account)
    if account.mrr:
        return f"{name}: {card.unit.short(account.mrr)} {card.unit.name}"
    if card.left_on is not None:
        return f"{name} left on {day_words(card.left_on)}"
    return f"{name} pays nothing" + (" yet" if card.record.since is None else "")


def course_line(card: AccountCard) -> str | None:
    """Say since when it pays, or paid, and how much more or less than a year before."""
    record = card.record
    if record.since is None:
        return None
    begin = "Pays since" if record.account.mrr else "Paid from"
    said = [f"{begin} {day_words(record.since)}"]
    year_ago = dict(record.course).get(shift_months(record.day.replace(day=1), -_YEAR))
    if record.account.mrr and year_ago:
        change = Fraction(record.account.mrr - year_ago, year_ago)
        sign = "+" if change > 0 else ""
        said.append(f"{card.unit.short(year_ago)} a year before ({sign}{percent(change)})")
    most = max((minor for _, minor in record.course), default=0)
    if most > record.account.mrr * _MUCH:
        said.append(f"{card.unit.short(most)} at the most in two years")
    return "; ".join(said) + "."


def attribute_line(card: AccountCard) -> LabelledText | None:
    """List what it is, with its owner first."""
    held = {name: value for name, value in card.record.account.attributes.items() if value}
    derived = [str(name) for name in DerivedDimension]
    held.pop(DerivedDimension.TENURE, None)  # the line above has the day
    names = sorted(held, key=lambda name: (name != _OWNER, name in derived, name))
    said = [f"{dimension_name(name)} {safe_name(held[name])}" for name in names]
    if _OWNER not in held:
        said.insert(0, "no owner")
    part_of, beneath = card.record.family.part_of, card.record.family.beneath
    said += [f"part of {safe_name(part_of)}"] if part_of else []
    said += [f"with {plural(beneath, 'account')} beneath it"] if beneath else []
    return LabelledText("Is:", ", ".join(said) + ".")


def contract_line(card: AccountCard) -> LabelledText | None:
    """Say what is signed, and when it is up for renewal."""
    terms = sorted(card.record.terms, key=lambda one: one.start)
    signed = [
        one for one in terms if one.course.status is not TermStatus.UNSIGNED and not one.is_usage
    ]
    said = [_term_words(one, card.record.day) for one in _newest(signed)]
    if card.record.renews_on is not None:
        said.append(f"up for renewal on {day_words(card.record.renews_on)}")
    return LabelledText("Contract:", "; ".join(said) + ".") if said else None


def waiting_line(card: AccountCard) -> LabelledText | None:
    """List the changes that wait for their day."""
    said = [
        f"{_change(one)} on {day_words(one.day)} ({_driver(one)})" for one in card.record.waiting
    ]
    return LabelledText("Ahead:", f"{few_of(said, _MOST_WAITING)}.") if said else None


def signal_line(card: AccountCard) -> LabelledText | None:
    """List the last signals."""
    said = [
        f"{safe_name(one.metric)} {one.value:f} ({one.day.day} {one.day:%b})"
        for one in card.record.signals
    ]
    return LabelledText("Signals:", ", ".join(said) + ".") if said else None


def movement_list(card: AccountCard, most: int) -> Grid:
    """List its last movements, a line each: how much, why, and where that is recorded."""
    rows = tuple(
        (day_words(one.day), _change(one), ", ".join(_why(one, card)))
        for one in card.movements[:most]
    )
    return Grid(title="", header=("Day", "Change", "Recorded"), rows=rows)


def movement_table(card: AccountCard) -> Grid:
    """Lay every movement out in a table, those that were taken back marked so."""
    rows = tuple(
        (
            day_words(one.day),
            _change(one),
            "taken back" if one.is_taken_back else _driver(one),
            f"{day_words(one.recorded_at.date())} {one.recorded_at:%H:%M}",
            f"{one.import_id}",
            f"{one.source_row}",
        )
        for one in card.record.movements
    )
    header = ("Day", "Change", "Why", "Recorded, UTC", "Import", "Row")
    return Grid(title="Movements", header=header, rows=rows, named=True)


def import_line(card: AccountCard) -> str | None:
    """Name the files of the imports that its movements are from."""
    files = {one.import_id: one.import_name or one.source for one in card.record.movements}
    said = [f"{number} {safe_name(name, longest=60)}" for number, name in sorted(files.items())]
    return f"Imports: {', '.join(said)}." if said else None


def more_line(card: AccountCard, most: int) -> str | None:
    """Say that there are more movements than are listed, and how to see them."""
    more = len(card.movements) - most
    if more <= 0:
        return None
    account = card.record.account.account_id.replace('"', "")
    return f"and {more} more: nrrbot ask 'account \"{safe_name(account, longest=60)}\"' lists all."


def choice_headline(choice: AccountChoice) -> str:
    """Write that there are several."""
    count = f"More than {len(choice.found)}" if choice.has_more else f"{len(choice.found)}"
    return f"{count} accounts are called like that"


def choice_words(choice: AccountChoice, account: AccountFound) -> str:
    """Describe an account of a choice."""
    pays = choice.unit.short(account.mrr)
    known = (account.attributes.get(name) for name in ("segment", "owner"))
    return ", ".join((f"{name_of(account)}: {pays}", *(safe_name(one) for one in known if one)))


def month_words(day: date, *, is_short: bool = False) -> str:
    """Name a point of the course by the month that ends before it: "Oct 2026", or "Oct 26"."""
    month = day - timedelta(days=1)
    return f"{month:%b %y}" if is_short else short_month(month)


def _change(one: RecordedMovement | WaitingMovement) -> str:
    sign = "+" if one.amount_minor > 0 else ""
    return f"{sign}{short_money(one.amount_minor, one.currency)}"


def _driver(one: RecordedMovement | WaitingMovement) -> str:
    return reason_name(one.driver) if one.driver else "not stated"


def _why(one: RecordedMovement, card: AccountCard) -> Iterator[str]:
    yield _driver(one)
    if one.product:
        yield safe_name(one.product)
    if card.record.family.beneath:
        yield safe_name(one.account_id)
    recorded = day_words(one.recorded_at.astimezone(card.grounds.zone).date())
    yield f"import {one.import_id} row {one.source_row} of {recorded}"


def _newest(signed: Sequence[Term]) -> Iterator[Term]:
    """Yield the newest term, if there is one, with what its contract has of other products."""
    for newest in signed[-1:]:
        own = [one for one in signed if _goes_with(one, newest)]
        amount = sum(one.price.amount_minor for one in own)
        yield replace(newest, price=replace(newest.price, amount_minor=amount))


def _goes_with(one: Term, newest: Term) -> bool:
    """Tell whether a term is the newest, or one of its contract that runs for as long."""
    return one is newest or (
        one.contract is not None
        and (one.contract, one.last) == (newest.contract, newest.last)
        and one.position.currency == newest.position.currency
        and one.position.product != newest.position.product
        and one.price.cadence is newest.price.cadence
    )


def _term_words(term: Term, day: date) -> str:
    amount = short_money(term.price.amount_minor, term.position.currency)
    until = f" to {day_words(term.last)}" if term.last else ""
    said = f"{amount} {_PER[term.price.cadence]} from {day_words(term.start)}{until}"
    if term.course.cancelled_on is not None:
        return f"{said}, notice given on {day_words(term.course.cancelled_on)}"
    since = term.course.past_due_since
    if term.course.status is TermStatus.PAST_DUE and since is not None and since < day:
        return f"{said}, past due since {day_words(since)}"
    return said

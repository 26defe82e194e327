"""The accounts behind a drop in words, by name for those who may see single accounts."""

from collections.abc import Sequence
from fractions import Fraction

from bot.alerts.telling.details import NoticeDetails, owner_of
from bot.alerts.telling.wording.aftermaths import day_words
from bot.findings.reasons import reasons_of_one
from bot.slack.ids import looks_like_user
from bot.style.figures import percent, short_money
from bot.style.grid import LabelledText, SlackPerson, WithPeople
from bot.style.names import safe_name
from storage.ledger.account_changes import AccountChange

LONGEST = 32
"""Characters of a name in a sentence: the table has all of it."""
TWO_LINES, ONE_OR_TWO = 170, 110  # characters of the largest accounts together
HALVES = 2  # an account that took more than one of them is said to have caused the drop


def largest(
    details: NoticeDetails, *, apart_from: str = "", most: int = TWO_LINES
) -> WithPeople | None:
    """Name the accounts that lost the most, with what each lost and its owner.

    ``apart_from`` is an owner who reads of theirs in a line of their own: see `yours`; ``most``
    is the characters that there is room for beyond the first.
    """
    if not details.is_live or not details.figures.drivers:
        return None
    others = [one for one in _culprit_first(details) if owner_of(one) != apart_from]
    pieces: list[str | SlackPerson] = []
    for driver in others:
        more = _lost(details, driver)
        if pieces and len("".join(map(str, (*pieces, *more)))) > most:
            break
        pieces += [", " if pieces else "", *more]
    return WithPeople("Largest:", tuple(filter(None, pieces))) if pieces else None


def yours(details: NoticeDetails, recipient_id: str) -> LabelledText | None:
    """Tell the owner of accounts what each of theirs pays and paid, and what to do next."""
    theirs = [one for one in details.figures.drivers if owner_of(one) == recipient_id]
    if not details.is_live or not theirs:
        return None
    said = "; ".join(_course(details, one) for one in theirs)
    return LabelledText("Yours:", f"{said}. Next: {_step(details, theirs)}.")


def play(details: NoticeDetails, recipient_id: str) -> LabelledText | None:
    """Give the owner the playbook's text for the account of theirs that lost the most."""
    theirs = [one for one in details.figures.drivers if owner_of(one) == recipient_id]
    said = details.figures.plays.get(theirs[0].account_id) if details.is_live and theirs else None
    return LabelledText("Playbook:", said) if said else None


def _course(details: NoticeDetails, account: AccountChange) -> str:
    name, currency = _name(account), details.figures.currency
    was, why = short_money(account.opening, currency), _why(account)
    if account.is_paused:
        return f"{name} has paused, it paid {was} MRR"
    if not account.closing:
        return f"{name} left{why}, it paid {was} MRR"
    share = percent(Fraction(-account.change, account.opening))
    now = short_money(account.closing, currency)
    return f"{name} pays {now} MRR, {share} less than the {was} before{why}"


def _name(account: AccountChange) -> str:
    return safe_name(account.name or account.account_id, longest=LONGEST)


def _why(account: AccountChange) -> str:
    reasons = reasons_of_one(account.drivers)
    return f" ({reasons})" if reasons else ""


def _step(details: NoticeDetails, theirs: Sequence[AccountChange]) -> str:
    """Say what to do next, by when the accounts renew that still can."""
    due = _renewals(details, theirs)
    if all(one.is_paused for one in theirs):
        step = "ask when they come back"
    elif any(one.closing or one.is_paused for one in theirs):
        step = (
            "ask what they cut and why"
            if due
            else "ask what they cut and why, before they cut more"
        )
    elif all(map(_why, theirs)):
        step = "ask what would win them back"
    else:
        step = "ask why they left, and whether a smaller plan would win them back"
    return f"call before {due}, and {step}" if due else step


def _renewals(details: NoticeDetails, theirs: Sequence[AccountChange]) -> str:
    """Name the days on which accounts renew, the next one first."""
    days = details.figures.renewals
    due = sorted(
        (days[one.account_id], "it" if len(theirs) == 1 else _name(one))
        for one in theirs
        if one.account_id in days
    )
    said = [(name, day_words(day, today=details.month or day)) for day, name in due]
    return ", ".join(
        f"{name} {'on' if at else 'renews on'} {day}" for at, (name, day) in enumerate(said)
    )


def is_driven_by_one(details: NoticeDetails) -> bool:
    """Tell whether one account alone took more than half of what was lost."""
    cause, worst = details.figures.cause, next(iter(details.figures.drivers), None)
    if cause is None or worst is None or details.is_of_one_account:
        return False
    lost = cause.retention.churn + cause.retention.contraction
    return -worst.change * HALVES > lost


def _culprit_first(details: NoticeDetails) -> tuple[AccountChange, ...]:
    """Put the account that breached the rule alone first: a smaller one may have lost more."""
    account = details.verdict.account if details.verdict else None
    drivers = details.figures.drivers
    if not details.is_of_one_account:
        return drivers
    return tuple(sorted(drivers, key=lambda one: one.account_id != account))


def _lost(details: NoticeDetails, driver: AccountChange) -> tuple[str | SlackPerson, ...]:
    name = _name(driver)
    lost, owner = short_money(driver.change, details.figures.currency), owner_of(driver)
    if owner is None:
        return (f"{name} ({lost})",)
    if looks_like_user(owner):
        return f"{name} ({lost}, owner ", SlackPerson(owner), ")"
    return (f"{name} ({lost}, owner {safe_name(owner, longest=LONGEST)})",)

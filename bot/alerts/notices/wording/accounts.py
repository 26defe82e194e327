"""The accounts that a drop is about, for those who may see single accounts; else that there are."""

from collections.abc import Iterator
from fractions import Fraction

from bot.alerts.notices.details import Driver, NoticeDetails
from bot.alerts.notices.wording.titles import LIVE, is_one_account, kind_of, month_name, verdict_of
from bot.slack.ids import looks_like_user
from bot.style.figures import NOT_DEFINED, money, percent, points
from bot.style.grid import Grid
from bot.style.lines import Line
from bot.style.names import safe_name
from metrics.alerts.rules import RuleKind

HIDDEN = "Which accounts, and what they pay, is for those with account detail."
HEADER = ("Account", "Owner", "MRR before", "after", "Of opening MRR")
HALVES = 2
"""An account is said to be the cause of what it took more than one of."""

_COUNTS = ("one of them", "two of them", "three of them")


def driver_grid(details: NoticeDetails) -> Grid | None:
    """Return the accounts that lost the most, by name, with MRR before and after."""
    if kind_of(details) not in LIVE or not details.drivers:
        return None
    rows = tuple(
        (
            safe_name(driver.name or driver.account_id),
            " → ".join(money(at, details.currency) for at in (driver.opening, driver.closing)),
            ", ".join(_beside(details, driver)),
        )
        for driver in details.drivers
    )
    return Grid(title="Accounts", header=("Account", "MRR", "Of opening MRR"), rows=rows)


def account_grid(details: NoticeDetails) -> Grid:
    """Return the accounts that lost the most as a table."""
    rows = tuple(
        (
            safe_name(driver.name or driver.account_id),
            _owner(driver),
            money(driver.opening, details.currency),
            money(driver.closing, details.currency),
            _cost(details, driver),
        )
        for driver in details.drivers
    )
    title = f"Largest losses of {month_name(details.month)}"
    return Grid(title=title, header=HEADER, rows=rows, named=True)


def one_driver_line(details: NoticeDetails, *, names_shown: bool) -> Line | None:
    """Return that one account alone took more than half of what is missing; None if none did.

    An alert about one account says so of a smaller loss, too. What it took is for those who may
    see single accounts.
    """
    worst, (missing, name) = next(iter(details.drivers), None), _missing(details)
    is_driven = is_driven_by_one(details)
    if worst is None or not missing or not (is_driven or is_one_account(details)):
        return None
    label = "Driven by one account:" if is_driven else "The one account:"
    if not names_shown:
        return Line(label, _unnamed(is_driven=is_driven, name=name))
    who = safe_name(worst.name or worst.account_id)
    taken = money(worst.lost, details.currency)
    return Line(label, f"{who} alone took {taken}, {_share(worst.lost, missing, name)}.")


def _unnamed(*, is_driven: bool, name: str) -> str:
    part = "more than half" if is_driven else "a part"
    return f"it alone took {part} of {'the' if name == 'drop' else 'all'} {name}."


def is_driven_by_one(details: NoticeDetails) -> bool:
    """Tell whether one account alone took more than half of what is missing."""
    missing, _ = _missing(details)
    lost = max((driver.lost for driver in details.drivers), default=0)
    return bool(missing) and lost * HALVES > missing


def accounts_line(details: NoticeDetails) -> Line | None:
    """Return what the accounts that lost the most took together; None where nothing was lost."""
    retention, count = details.retention, len(details.drivers)
    if retention is None or not count:
        return None
    taken = sum(driver.lost for driver in details.drivers)
    share = percent(Fraction(taken, retention.churn + retention.contraction))
    words = f"{_COUNTS[count - 1]} took {money(taken, details.currency)}, {share} of all losses."
    return Line("Accounts:", words)


def owner_ids(details: NoticeDetails) -> tuple[str, ...]:
    """Return the Slack users who own the accounts that are named, each once."""
    owners = (driver.owner for driver in details.drivers if kind_of(details) in LIVE)
    return tuple(dict.fromkeys(owner for owner in owners if owner and looks_like_user(owner)))


def _missing(details: NoticeDetails) -> tuple[Fraction, str]:
    """Return the MRR that an account's loss is a share of, and its name: the drop, or all losses.

    A floor says nothing of what was there before, and the drop that one account caused is just
    what it took.
    """
    verdict, retention = verdict_of(details), details.retention
    if verdict is None or retention is None:
        return Fraction(), "drop"
    is_all = details.rule.kind is RuleKind.MASKING or is_one_account(details)
    if verdict.baseline is None or is_all:
        return Fraction(retention.churn + retention.contraction), "losses"
    return verdict.drop * retention.opening, "drop"


def _share(lost: int, missing: Fraction, name: str) -> str:
    if lost == missing:
        return f"the whole {name}" if name == "drop" else f"all {name}"
    if lost > missing:
        return f"more than the whole {name}"
    return f"{percent(lost / missing)} of {'the' if name == 'drop' else 'all'} {name}"


def _beside(details: NoticeDetails, driver: Driver) -> Iterator[str]:
    yield _cost(details, driver)
    if driver.owner and not looks_like_user(driver.owner):
        yield f"owner {safe_name(driver.owner)}"


def _cost(details: NoticeDetails, driver: Driver) -> str:
    opening = details.retention.opening if details.retention else 0
    return points(Fraction(-driver.lost, opening)) if opening else NOT_DEFINED


def _owner(driver: Driver) -> str:
    return safe_name(driver.owner) if driver.owner else "not known"

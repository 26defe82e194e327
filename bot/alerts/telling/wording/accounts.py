"""The accounts behind a drop in words, by name for those who may see single accounts."""

from collections.abc import Iterator
from fractions import Fraction

from bot.alerts.telling.details import NoticeDetails, owner_of
from bot.alerts.telling.wording.titles import stretch_of
from bot.slack.ids import looks_like_user
from bot.style.figures import NOT_DEFINED, money, percent, points
from bot.style.grid import Grid, LabelledText
from bot.style.names import safe_name
from storage.ledger.account_changes import AccountChange

HEADER = ("Account", "Owner", "MRR before", "after", "Of opening MRR")
HALVES = 2  # an account that took more than one of them is said to have caused the drop

_COUNTS = ("one of them", "two of them", "three of them")


def driver_grid(details: NoticeDetails) -> Grid | None:
    """List the accounts that lost the most, by name, with MRR before and after."""
    if not details.is_live or not details.figures.drivers:
        return None
    currency = details.figures.currency
    rows = tuple(
        (
            safe_name(driver.name or driver.account_id),
            f"{money(driver.opening, currency)} → {money(driver.closing, currency)}",
            ", ".join(_beside(details, driver)),
        )
        for driver in details.figures.drivers
    )
    return Grid(title="Accounts", header=("Account", "MRR", "Of opening MRR"), rows=rows)


def account_grid(details: NoticeDetails) -> Grid:
    """List the accounts that lost the most as a table."""
    rows = tuple(
        (
            safe_name(driver.name or driver.account_id),
            _owner(driver),
            money(driver.opening, details.figures.currency),
            money(driver.closing, details.figures.currency),
            _cost(details, driver),
        )
        for driver in details.figures.drivers
    )
    title = f"Largest losses of {stretch_of(details, details.month)}"
    return Grid(title=title, header=HEADER, rows=rows, named=True)


def one_driver(details: NoticeDetails, *, names_shown: bool) -> LabelledText | None:
    """Say that one account alone took more than half of the missing MRR; None if none did.

    An alert about one account says so of a smaller loss, too.
    """
    worst, (missing, name) = _culprit(details), _missing(details)
    is_driven = is_driven_by_one(details)
    if worst is None or not missing or not (is_driven or details.is_of_one_account):
        return None
    label = "Driven by one account:" if is_driven else "The one account:"
    if not names_shown:
        return LabelledText(label, _unnamed(is_driven=is_driven, name=name))
    who = safe_name(worst.name or worst.account_id)
    taken = money(-worst.change, details.figures.currency)
    return LabelledText(label, f"{who} alone took {taken}, {_share(-worst.change, missing, name)}.")


def _unnamed(*, is_driven: bool, name: str) -> str:
    part = "more than half" if is_driven else "at most half"
    return f"it alone took {part} of {'the' if name == 'drop' else 'all'} {name}."


def is_driven_by_one(details: NoticeDetails) -> bool:
    """Tell whether one account alone took more than half of the missing MRR."""
    (missing, _), worst = _missing(details), _culprit(details)
    return bool(missing) and worst is not None and -worst.change * HALVES > missing


def _culprit(details: NoticeDetails) -> AccountChange | None:
    """Return the account that breached the rule alone, or else that lost the most."""
    drivers, verdict = details.figures.drivers, details.verdict
    if verdict is None or not details.is_of_one_account:
        return next(iter(drivers), None)
    # A smaller account may have lost more: it is not the one that the rule is about.
    return next((one for one in drivers if one.account_id == verdict.account), None)


def accounts_together(details: NoticeDetails) -> LabelledText | None:
    """Say how much the named accounts took together; None where nothing was lost."""
    retention, count = details.figures.retention, len(details.figures.drivers)
    if retention is None or not count:
        return None
    lost = sum(-driver.change for driver in details.figures.drivers)
    share = percent(Fraction(lost, retention.churn + retention.contraction))
    taken = money(lost, details.figures.currency)
    return LabelledText("Accounts:", f"{_COUNTS[count - 1]} took {taken}, {share} of all losses.")


def owner_ids(details: NoticeDetails) -> tuple[str, ...]:
    """Return the Slack users who own the accounts that are named, each once."""
    owners = map(owner_of, details.figures.drivers if details.is_live else ())
    return tuple(dict.fromkeys(owner for owner in owners if owner and looks_like_user(owner)))


def _missing(details: NoticeDetails) -> tuple[Fraction, str]:
    """Return the MRR that a loss is a share of, and its name: the drop, or all losses."""
    verdict, retention = details.verdict, details.figures.retention
    if verdict is None or retention is None:
        return Fraction(), "drop"
    # A level knows no month before, and the drop that one account caused is just its own loss.
    if verdict.baseline is None or details.is_of_one_account:
        return Fraction(retention.churn + retention.contraction), "losses"
    return verdict.drop * retention.opening, "drop"


def _share(lost: int, missing: Fraction, name: str) -> str:
    if lost == missing:
        return f"the whole {name}" if name == "drop" else f"all {name}"
    if lost > missing:
        return f"more than the whole {name}"
    return f"{percent(lost / missing)} of {'the' if name == 'drop' else 'all'} {name}"


def _beside(details: NoticeDetails, driver: AccountChange) -> Iterator[str]:
    yield _cost(details, driver)
    owner = owner_of(driver)
    if owner and not looks_like_user(owner):  # whoever is in Slack is asked under "Next", by name
        yield f"owner {safe_name(owner)}"


def _cost(details: NoticeDetails, driver: AccountChange) -> str:
    opening = details.figures.retention.opening if details.figures.retention else 0
    return points(Fraction(driver.change, opening)) if opening else NOT_DEFINED


def _owner(driver: AccountChange) -> str:
    owner = owner_of(driver)
    return safe_name(owner) if owner else "not known"

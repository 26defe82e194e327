"""Lists of accounts as rows and columns, for files of any kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from metrics.money import to_major
from storage.ledger.account_changes import AccountChange
from storage.ledger.ranked_accounts import RankedAccount

LIST_COLUMNS = (
    *("account_id", "name", "opening_mrr", "closing_mrr", "currency", "outcome", "change_mrr"),
    *("driver", "owner"),
)
RANKING_COLUMNS = ("account_id", "name", "mrr", "currency", "score", "signs", "owner")
RETAINED = "retained"

Row = tuple[str | int | Decimal, ...]


@dataclass(frozen=True, slots=True)
class AccountTable:
    """One row per account: texts as the ledger has them, amounts in major units."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def changes_table(accounts: Sequence[AccountChange], *, currency: str) -> AccountTable:
    """Lay accounts out with what each paid at both ends, and its largest driver."""
    return AccountTable(LIST_COLUMNS, tuple(_change(one, currency) for one in accounts))


def ranking_table(accounts: Sequence[RankedAccount], *, currency: str) -> AccountTable:
    """Lay a ranked list out, with every sign and its weight."""
    return AccountTable(RANKING_COLUMNS, tuple(_ranked(one, currency) for one in accounts))


def _change(one: AccountChange, currency: str) -> Row:
    driver, owner = next(iter(one.drivers), ""), one.attributes.get("owner", "")
    ends = (to_major(minor, currency) for minor in (one.opening, one.closing))
    told = (one.moved or RETAINED, to_major(one.change, currency), driver, owner)
    return (one.account_id, one.name or "", *ends, currency, *told)


def _ranked(one: RankedAccount, currency: str) -> Row:
    signs = ", ".join(f"{shown.sign} +{shown.weight}" for shown in one.signs)
    known = one.account_id, one.name or "", to_major(one.mrr, currency), currency
    return (*known, one.score, signs, one.attributes.get("owner", ""))

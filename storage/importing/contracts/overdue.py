"""Terms whose payment has failed for too long: they end without a list that says so."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlmodel import Session, col

from metrics.contracts.terms import LONGEST_PAST_DUE, STATUSES, TermStatus
from storage.importing.batch import Batch, FileIdentity
from storage.store.column_types import day_number, moment_number
from storage.store.numbering import has_rows
from storage.tables.contracts import ContractTerm
from storage.tables.facts import AccountRow


def overdue_terms(session: Session, *, now: datetime, today: date) -> Iterator[Batch]:
    """Yield for each source what its terms come to by today where a payment has long failed.

    What the ledger holds of them already is no movement again.
    """
    table = ContractTerm
    if not has_rows(session, table):
        return
    failed = day_number(today - LONGEST_PAST_DUE)
    statement = (
        select(col(table.source), col(AccountRow.account_id))
        .join(AccountRow, col(AccountRow.number) == col(table.account))
        .where(col(table.status) == STATUSES.index(TermStatus.PAST_DUE))
        .where(col(table.past_due_since) <= failed)
        .order_by(col(table.id))
    )
    accounts: dict[str, dict[str, None]] = {}
    for source, account in session.execute(statement):
        accounts.setdefault(source, {})[account] = None
    if accounts:
        yield from _ended(accounts, now=now, today=today)


def _ended(
    accounts: Mapping[str, Collection[str]], *, now: datetime, today: date
) -> Iterator[Batch]:
    from storage.importing.contracts.difference import ListDifference  # noqa: PLC0415 - all of
    from storage.importing.contracts.term_rows import TermRows  # noqa: PLC0415 - contracts, for
    from storage.importing.movements import FileTexts  # noqa: PLC0415 - what is rare
    from storage.importing.spool import Scratch, Spool  # noqa: PLC0415

    for source, some in accounts.items():
        name = f"{source} past due on {today}"
        difference = ListDifference(
            spool=Spool(Scratch(), 1, TermRows, FileTexts()),
            source=source,
            recorded=moment_number(now),
            today=today,
            also=[*some],
        )
        yield Batch(
            file=FileIdentity(source=source, sha256=sha256(name.encode()).hexdigest(), rows=0),
            recorded=moment_number(now),
            against=difference,
        )

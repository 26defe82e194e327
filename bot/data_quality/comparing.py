"""``nrrbot data --reconcile``: another system's totals are read, compared and printed."""

from datetime import date
from pathlib import Path

from bot.answers.workplace import Workplace
from bot.console import out, print_json
from bot.data_quality.comparison_message import reconciliation_parts
from bot.errors import UsageError
from bot.style.document import Json, money_json
from bot.style.terminal import print_parts
from metrics.reconciliation import MonthComparison
from storage.errors import UnreadableFileError
from storage.importing.profiles.wishes import ColumnWishes, MappingError
from storage.importing.spool import Scratch
from storage.importing.tables.table import TableOptions
from storage.ledger.elsewhere import require_no_copy
from storage.ledger.ledger import Ledger
from storage.quality.reconciling import Reconciliation, reconcile
from storage.quality.totals_file import TotalsRefusedError, read_totals


def print_comparison(
    place: Workplace,
    file: Path,
    wishes: ColumnWishes,
    table: TableOptions,
    *,
    today: date,
    as_json: bool,
) -> None:
    """Print how another system's totals differ from the ledger's.

    Raises
    ------
    UsageError, StorageError
        If they cannot be read, or there is no ledger.
    """
    found = _compared(place, file, wishes, today, table)
    if as_json:
        print_json(_reconciliation_json(found))
    else:
        print_parts(reconciliation_parts(found, file.name), out)


def _compared(
    place: Workplace, file: Path, wishes: ColumnWishes, today: date, table: TableOptions
) -> Reconciliation:
    dimension = place.settings.nrrbot_main_dimension
    try:
        with Scratch() as scratch:
            other = read_totals(
                file,
                wishes,
                dimension=dimension,
                today=today,
                scratch=scratch,
                max_bytes=place.settings.max_import_bytes,
                options=table,
            )
            with place.store.read() as session:
                require_no_copy(session)
                end = Ledger(session, tiers=place.settings.tiers).data_end(today).through
                return reconcile(session, other, dimension=dimension, end=end)
    except (UnreadableFileError, MappingError, TotalsRefusedError) as error:
        raise UsageError(f"the file {file.name or file}: {error}") from None


def _reconciliation_json(found: Reconciliation) -> Json:
    """Give every month that was compared, with each account that differs."""
    return {
        "agrees": found.agrees,
        "months": [_month(one) for one in found.months],
        "segments": [{"segment": one.segment, **_month(one)} for one in found.by_segment],
        "not_over_here": [f"{month:%Y-%m}" for month in found.later],
        "not_in_the_file": [f"{month:%Y-%m}" for month in found.missing],
        "currencies_only_here": list(found.only_here),
    }


def _month(one: MonthComparison) -> Json:
    code = one.currency
    return {
        "month": f"{one.month:%Y-%m}",
        "currency": code,
        "agrees": one.agrees,
        "here": money_json(one.here, code),
        "there": money_json(one.there, code),
        "difference": money_json(one.difference, code),
        "accounts": [
            {
                "account_id": each.account,
                "here": money_json(each.here, code),
                "there": money_json(each.there, code),
                "difference": money_json(each.difference, code),
                "likely": each.cause,
            }
            for each in one.accounts
        ],
    }

"""Holds balances, movements and control totals of a pack against each other."""

from collections import Counter

from bot.audit_pack.amounts import minor_of
from bot.audit_pack.faults import BrokenPackError
from bot.audit_pack.opening import OpenPack
from bot.audit_pack.recomputing import Recomputed
from bot.audit_pack.tables import BALANCES, MOVEMENTS, TOTALS
from bot.audit_pack.tables_beside import IMPORTS

Sums = Counter[tuple[str, str]]
"""Amounts in minor units by day and currency."""


def check_rows(pack: OpenPack, figures: Recomputed) -> None:
    """Check that balances are the figures at both ends, and that movements lead from one on.

    Raises
    ------
    BrokenPackError
        With the table that does not agree.
    """
    held, moved = _balances(pack, figures), _movements(pack)
    _check_totals(pack, held, moved)


def _balances(pack: OpenPack, figures: Recomputed) -> Sums:
    held, worth = Sums(), Counter[str]()
    for row in pack.rows(BALANCES):
        day, code = row["day"], row["currency"]
        held[day, code] += minor_of(row["mrr"], code, where=BALANCES)
        worth[day] += minor_of(row["mrr_converted"], figures.currency, where=BALANCES)
    start, end = (pack.manifest.about["period"][one] for one in ("start", "end"))
    if (worth[start], worth[end]) != (figures.retention.opening, figures.closing):
        raise BrokenPackError(
            f"{BALANCES} does not come to the MRR that the accounts begin and end with"
        )
    return held


def _movements(pack: OpenPack) -> Sums:
    files = {row["import"]: (row["file"], row["sha256"]) for row in pack.rows(IMPORTS)}
    moved = Sums()
    for row in pack.rows(MOVEMENTS):
        if files.get(row["import"]) != (row["file"], row["file_sha256"]):
            raise BrokenPackError(
                f"{MOVEMENTS} names a file that is not in {IMPORTS}: row {row['row']}"
            )
        month = f"{row['date'][:8]}01"
        moved[month, row["currency"]] += minor_of(row["amount"], row["currency"], where=MOVEMENTS)
    return moved


def _check_totals(pack: OpenPack, held: Sums, moved: Sums) -> None:
    due, known = Counter[str](), set[tuple[str, str]]()
    for row in pack.rows(TOTALS):
        key = day, code = row["day"], row["currency"]
        stated, net = (
            minor_of(row[one] or "0", code, where=TOTALS) if row[one] else None
            for one in ("balances", "moved_in_month")
        )
        control = minor_of(row["control"], code, where=TOTALS) if row["control"] else stated
        if not stated == control == held[key]:
            raise BrokenPackError(f"{TOTALS} does not agree with {BALANCES} on {day} in {code}")
        if code in due and due[code] != stated:
            raise BrokenPackError(f"{MOVEMENTS} does not lead to the balances of {day} in {code}")
        if net is not None and net != moved[key]:
            raise BrokenPackError(
                f"{TOTALS} does not agree with {MOVEMENTS} from {day} on in {code}"
            )
        due[code] = held[key] + moved[key]
        known.add(key)
    for key in {*held, *moved} - known:
        raise BrokenPackError(f"{TOTALS} has no line of {' in '.join(key)}")

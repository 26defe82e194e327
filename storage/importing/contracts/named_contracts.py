"""Contracts that a list names, and under which accounts, as numbers: two million are no burden."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from storage.importing.contracts.term_rows import TermRows
from storage.importing.movements import NOTHING, FileTexts, Flags, Whole

_MANY = 20_000  # held contracts that are looked up together
_ODD = np.int64(0x9E3779B97F4A7C1 | 1)  # spreads the numbers of accounts over all hashes


class NamedContracts:
    """Hashes of contracts, and of contracts with their accounts."""

    def __init__(self) -> None:
        self._contracts: list[Whole] = []
        self._pairs: list[Whole] = []

    def add(self, rows: TermRows) -> None:
        """Take the next rows of the list."""
        some = np.flatnonzero(np.fromiter(map(bool, rows.contract), bool, len(rows)))
        hashes = _hashes(rows.contract)[some]
        self._contracts.append(hashes)
        self._pairs.append(_with_accounts(hashes, rows.account[some]))

    def moved(self, held: Iterable[tuple[str, str]], texts: FileTexts) -> Iterator[tuple[str, str]]:
        """Yield the held accounts and contracts that the list has under other accounts only."""
        contracts, pairs = _sorted(self._contracts), _sorted(self._pairs)
        if not contracts.size:
            return
        rest = iter(held)
        while some := list(islice(rest, _MANY)):
            hashes = _hashes([contract for _, contract in some])
            known = (texts.account.get(account, NOTHING) for account, _ in some)
            accounts = np.fromiter(known, np.int64, len(some))
            is_moved = _is_in(hashes, contracts) & ~_is_in(_with_accounts(hashes, accounts), pairs)
            yield from (some[place] for place in np.flatnonzero(is_moved).tolist())


def _hashes(contracts: Sequence[str | None]) -> Whole:
    return np.fromiter(map(hash, contracts), np.int64, len(contracts))


def _with_accounts(hashes: Whole, accounts: Whole) -> Whole:
    found: Whole = hashes ^ ((accounts + 1) * _ODD)
    return found


def _sorted(parts: Sequence[Whole]) -> Whole:
    return np.unique(np.concatenate(parts)) if parts else np.zeros(0, np.int64)


def _is_in(numbers: Whole, known: Whole) -> Flags:
    places = np.minimum(np.searchsorted(known, numbers), known.size - 1)
    found: Flags = known[places] == numbers
    return found

"""What a check gets: a ledger, a kind of database, the alternatives, and how much to measure."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from benchmarks.alternatives.duckdb_balances import DuckdbBalances
from benchmarks.alternatives.frames import BalanceFrames
from benchmarks.alternatives.playbook import Playbook
from benchmarks.figures import ALL_MONTHS, QUARTER
from benchmarks.ledgers import GeneratedLedger
from benchmarks.stores import Shelf
from bot.answers.answers import Answers
from bot.config import Settings
from storage.store.engine import Store

_SPANS = [QUARTER, *ALL_MONTHS]
_MONTH_STARTS = sorted({span.start for span in _SPANS} | {span.end for span in _SPANS})


class Rivals:
    """The alternatives on one ledger, each made when it is first needed."""

    def __init__(self, ledger: GeneratedLedger) -> None:
        self._ledger = ledger

    @cached_property
    def frames(self) -> BalanceFrames:
        """Balances in pandas."""
        return BalanceFrames(self._ledger, _MONTH_STARTS)

    @cached_property
    def duckdb(self) -> DuckdbBalances:
        """Balances in DuckDB."""
        return DuckdbBalances(self._ledger, _MONTH_STARTS)

    @cached_property
    def playbook(self) -> Playbook:
        """The models of mrr-playbook, built."""
        playbook = Playbook(self._ledger)
        playbook.build()
        return playbook


A_MILLION = 1_000_000
"""The size that has targets of its own."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One ledger on one kind of database.

    Attributes
    ----------
    is_usual : bool
        Whether targets of one size are judged here.
    repeats : int
        Turns of each contender; what takes minutes gets fewer, by `few`.
    seconds, rate : int
        How long, and how many commands a second, the bot is asked over HTTP.
    folder : Path
        For files that come and go.
    """

    ledger: GeneratedLedger
    shelf: Shelf
    is_usual: bool
    repeats: int
    seconds: int
    rate: int
    folder: Path
    rivals: Rivals = field(repr=False)

    @property
    def accounts(self) -> int:
        """How many accounts the ledger has."""
        return self.ledger.plan.accounts

    @property
    def few(self) -> int:
        """Turns of what takes minutes."""
        return max(1, self.repeats // 3)


def answers_of(store: Store) -> Answers:
    """Return the use cases on a store with default settings; nothing is remembered yet."""
    return Answers.of(store, Settings(_env_file=None))

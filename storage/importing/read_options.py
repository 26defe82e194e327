"""Options of reading: what the readers of all kinds are told besides the table."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from storage.importing.spool import GROUP_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """Options of the reader of a file.

    ``source`` is the name under which the ledger keeps its rows, if it is not that of the kind;
    ``is_complete`` says that what the file lacks has ended, accounts of levels and contracts, and
    ``may_end_most`` whether that may be most of them. ``says_all`` says that the file has all
    movements of its source, of any day, ``drivers`` what its words for drivers mean, and
    ``group_bytes`` is how much of the file is held at once.
    """

    source: str | None = None
    is_complete: bool = False
    may_end_most: bool = True
    says_all: bool = False
    drivers: Mapping[str, str] = field(default_factory=dict)
    group_bytes: int = GROUP_BYTES


USUAL = ReadOptions()

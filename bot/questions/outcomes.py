"""Phrases for what became of accounts: "churned", "who joined"."""

from collections.abc import Mapping

from metrics.moved import Moved

_MOVED: Mapping[Moved, tuple[str, ...]] = {
    Moved.CHURNED: (
        *("churned", "cancelled", "canceled", "left", "lost", "leaving", "cancellations"),
        *("lose anyone", "lose anybody", "lose any customers", "lose any accounts"),
    ),
    Moved.CONTRACTED: ("contracted", "shrank", "shrunk", "downgraded"),
    Moved.EXPANDED: ("expanded", "upgraded"),
    Moved.NEW: ("new", "won", "joined", "signed up", "new business", "wins"),
    Moved.RETURNED: (
        *("returned", "reactivated", "won back", "came back", "reactivation", "reactivations"),
        *("win backs", "winbacks"),
    ),
    Moved.RESUMED: ("resumed",),
    Moved.PAUSED: ("paused", "pauses"),
}
MOVES: Mapping[str, Moved] = {
    **dict.fromkeys(("loss", "losses"), Moved.LOSSES),
    **dict.fromkeys(("churn", "churns"), Moved.CHURNED),
    **dict.fromkeys(("downgrade", "downgrades", "contraction", "contractions"), Moved.CONTRACTED),
    **dict.fromkeys(("upgrade", "upgrades", "expansion", "expansions"), Moved.EXPANDED),
    **dict.fromkeys(("win", "wins"), Moved.NEW),
}
"""What the largest accounts of a list did, in words that mean all of it where none is ranked."""
OF_ACCOUNTS = "accounts "
"""Beginnings of the phrases of `MOVED` that mean nothing else, whatever a value is called."""
MOVED: Mapping[str, Moved] = {
    f"{ranked} {move}": moved
    for move, moved in MOVES.items()
    for ranked in ("biggest", "largest", "top", "accounts")
    if move.endswith("s") or ranked in {"biggest", "largest"}  # "top churn reasons" are no list
} | {
    phrase: moved
    for moved, words in _MOVED.items()
    for word in words
    for phrase in (
        *(word, f"who {word}", f"{OF_ACCOUNTS}{word}", f"customers {word}"),
        *(f"{word} accounts", f"{word} customers"),
    )
}
"""The phrases for what became of accounts, folded."""

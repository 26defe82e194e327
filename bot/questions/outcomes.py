"""Phrases for what became of accounts: "churned", "who joined"."""

from collections.abc import Mapping

from metrics.moved import Moved

_MOVED: Mapping[Moved, tuple[str, ...]] = {
    Moved.CHURNED: (
        *("churned", "cancelled", "canceled", "left", "lost", "leaving", "biggest churn"),
        *("biggest churns", "largest churn", "largest churns", "top churns", "cancellations"),
        *("lose anyone", "lose anybody", "lose any customers", "lose any accounts"),
    ),
    Moved.CONTRACTED: (
        *("contracted", "shrank", "shrunk", "downgraded", "biggest downgrade"),
        *("biggest downgrades", "largest downgrade", "largest downgrades"),
    ),
    Moved.EXPANDED: (
        *("expanded", "upgraded", "biggest upgrade", "biggest upgrades", "largest upgrade"),
        *("largest upgrades", "biggest expansion", "biggest expansions", "largest expansion"),
        *("largest expansions",),
    ),
    Moved.NEW: (
        "new",
        "won",
        "joined",
        "signed up",
        "new business",
        "wins",
        "biggest win",
        "biggest wins",
    ),
    Moved.RETURNED: (
        *("returned", "reactivated", "won back", "came back", "reactivation", "reactivations"),
        *("win backs", "winbacks"),
    ),
    Moved.RESUMED: ("resumed",),
    Moved.PAUSED: ("paused", "pauses"),
}
OF_ACCOUNTS = "accounts "
"""Beginnings of the phrases of `MOVED` that mean nothing else, whatever a value is called."""
MOVED: Mapping[str, Moved] = {
    phrase: moved
    for moved, words in _MOVED.items()
    for word in words
    for phrase in (
        *(word, f"who {word}", f"{OF_ACCOUNTS}{word}", f"customers {word}"),
        *(f"{word} accounts", f"{word} customers"),
    )
}
"""The phrases for what became of accounts, folded."""

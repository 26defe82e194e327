"""What became of accounts between the two ends of a period, as lists of them are asked for."""

from enum import StrEnum, unique


@unique
class Moved(StrEnum):
    """Outcome that a list of accounts is about; the value is the word that asks for it.

    The first three are of the opening base, and one that has only paused is among the contracted.
    The others came from outside it, but for the paused.
    """

    CHURNED = "churned"
    CONTRACTED = "contracted"
    EXPANDED = "expanded"
    NEW = "new"
    RETURNED = "returned"
    RESUMED = "resumed"
    PAUSED = "paused"

"""Payment histories of real customers, with figures that were worked out apart from nrrbot."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DataSet:
    """A data set, the currency it is in, and how many movements it has."""

    folder: str
    currency: str
    movement_count: int

    @property
    def movements(self) -> Path:
        """The file to import."""
        return Path(__file__).parent / self.folder / "movements.csv"

    @property
    def expected(self) -> Path:
        """Ratios and parts of every quarter and twelve months, by segment and plan."""
        return Path(__file__).parent / self.folder / "expected.csv"


SPONSORS = DataSet("github_sponsors", "USD", 231)
GCLOUD = DataSet("uk_gcloud", "GBP", 1_629)

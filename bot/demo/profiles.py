"""Numbers that make the demo company believable: prices, mixes and yearly habits.

Chances are per 10,000, weights are relative, scales are percent and prices integer cents of MRR.
Whoever changes a number here learns from ``tests/bot/demo/test_demo_bands.py`` whether the
company is still believable.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

Weights: TypeAlias = tuple[tuple[str, int], ...]
Year: TypeAlias = tuple[int, ...]

PLANS: Final = ("starter", "growth", "business", "scale")
SEAT_PRICE: Final = {"starter": 1_900, "growth": 2_900, "business": 3_900, "scale": 5_200}

METERED: Final = "api"
PRODUCT_PRICE: Final = {"platform": 100, "insights": 30, "automation": 45, METERED: 5}
LANDING_PRODUCTS: Final = (("platform", 90), ("automation", 6), ("insights", 4))

INDUSTRIES: Final = (
    ("software", 24), ("fintech", 17), ("retail", 15), ("healthcare", 13),
    ("manufacturing", 11), ("logistics", 8), ("education", 6), ("media", 6),
)  # fmt: skip
CHANNELS: Final = (
    ("inbound", 34), ("outbound", 26), ("partner", 16), ("referral", 14),
)  # fmt: skip
REGIONS: Final = (("north-america", 48), ("emea", 31), ("apac", 14), ("latam", 7))

CHURN_BY_INDUSTRY: Final = {
    "software": 95, "fintech": 85, "retail": 130, "healthcare": 75,
    "manufacturing": 90, "logistics": 105, "education": 110, "media": 140,
}  # fmt: skip
CHURN_BY_CHANNEL: Final = {
    "inbound": 95, "outbound": 110, "partner": 90, "referral": 70, "marketplace": 150,
}  # fmt: skip

# the largest accounts have somebody looking after them
STRATEGIC_CENTS: Final = 2_500_000

CHURN_DRIVERS: Final = (
    ("unused", 32), ("competitor", 28), ("involuntary", 18), ("price", 14), ("closed_down", 8),
)  # fmt: skip
CHURN_DRIVERS_AFTER_PRICE_RISE: Final = (
    ("price", 54), ("competitor", 24), ("unused", 12), ("involuntary", 7), ("closed_down", 3),
)  # fmt: skip
CONTRACTION_DRIVERS: Final = (("shrink", 55), ("downgrade", 22), ("unused", 15), ("price", 8))


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """How likely each thing is to happen to one account in one month, per 10,000."""

    churn: int
    contraction: int
    pause: int
    expansion: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """Chances of an account by its contract: monthly, within a longer term, at its renewal."""

    monthly: Chances
    amendment: Chances
    renewal: Chances


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeBand:
    """MRR of a segment's accounts, and the segments that its accounts grow or shrink into.

    ``mrr_quantiles`` are the twentieths of a truncated lognormal, in whole dollars a month.
    An account whose MRR leaves ``keeps`` (dollars) is handed to the ``smaller`` or ``larger``.
    """

    weight: int
    mrr_quantiles: tuple[int, ...]
    keeps: tuple[int, int]
    smaller: str
    larger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstContract:
    """Plans, terms and owners of new accounts, and chances of a discount and of metered usage."""

    plans: Weights
    terms: tuple[tuple[int, int], ...]
    owners: Weights
    discounted: int
    metered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seasons:
    """Percent of the usual chance, or weight of a renewal, by calendar month."""

    churn: Year
    expansion: Year
    renewal: Year


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentProfile:
    """Buying, growing and leaving of accounts of one size."""

    size: SizeBand
    contract: FirstContract
    odds: Odds
    seasons: Seasons
    growth: Weights
    uplift: int


SMB: Final = SegmentProfile(
    size=SizeBand(
        weight=70,
        mrr_quantiles=(
            100, 130, 155, 180, 200, 225, 250, 275, 300, 325, 355, 390, 425, 465, 515, 570, 640,
            725, 850, 1_045, 1_500,
        ),
        keeps=(0, 1_650), smaller="smb", larger="mid-market",
    ),
    contract=FirstContract(
        plans=(("starter", 60), ("growth", 40)),
        terms=((1, 70), (12, 28), (24, 2)),
        owners=(("leo.brandt", 1), ("tess.whitlock", 1), ("omar.haddad", 1), ("aiko.mori", 1)),
        discounted=1_200, metered=600,
    ),
    odds=Odds(
        monthly=Chances(churn=125, contraction=55, pause=35, expansion=190),
        amendment=Chances(churn=12, contraction=0, pause=5, expansion=150),
        renewal=Chances(churn=1_300, contraction=700, pause=0, expansion=1_600),
    ),
    seasons=Seasons(
        churn=(150, 95, 90, 85, 90, 120, 135, 130, 85, 80, 75, 80),
        expansion=(90, 100, 110, 110, 105, 90, 80, 80, 110, 115, 110, 90),
        renewal=(120, 100, 100, 100, 100, 90, 80, 80, 110, 110, 100, 110),
    ),
    growth=(("seats", 66), ("upsell", 16), ("cross_sell", 18)),
    uplift=1_500,
)  # fmt: skip

MID_MARKET: Final = SegmentProfile(
    size=SizeBand(
        weight=22,
        mrr_quantiles=(
            1_500, 1_700, 1_850, 2_050, 2_200, 2_350, 2_500, 2_650, 2_800, 2_950, 3_100, 3_300,
            3_500, 3_700, 3_950, 4_200, 4_550, 4_950, 5_500, 6_300, 8_000,
        ),
        keeps=(1_300, 8_800), smaller="smb", larger="enterprise",
    ),
    contract=FirstContract(
        plans=(("growth", 45), ("business", 55)),
        terms=((1, 25), (12, 62), (24, 10), (36, 3)),
        owners=(("maya.ortiz", 1), ("jonas.lind", 1), ("priya.nair", 1), ("sam.okafor", 1)),
        discounted=2_000, metered=2_200,
    ),
    odds=Odds(
        monthly=Chances(churn=85, contraction=70, pause=12, expansion=520),
        amendment=Chances(churn=12, contraction=25, pause=4, expansion=730),
        renewal=Chances(churn=850, contraction=900, pause=0, expansion=3_500),
    ),
    seasons=Seasons(
        churn=(120, 100, 100, 95, 95, 105, 105, 100, 95, 95, 90, 100),
        expansion=(90, 95, 110, 100, 95, 105, 85, 85, 110, 105, 105, 115),
        renewal=(130, 90, 110, 90, 80, 110, 80, 80, 110, 100, 100, 140),
    ),
    growth=(("seats", 62), ("upsell", 13), ("cross_sell", 25)),
    uplift=4_000,
)  # fmt: skip

ENTERPRISE: Final = SegmentProfile(
    size=SizeBand(
        weight=8,
        mrr_quantiles=(
            8_000, 8_500, 8_750, 9_250, 9_750, 10_250, 10_750, 11_250, 11_750, 12_500, 13_000,
            13_750, 14_500, 15_500, 16_500, 17_500, 19_000, 20_750, 23_250, 28_000, 60_000,
        ),
        keeps=(7_000, 10**9), smaller="mid-market", larger="enterprise",
    ),
    contract=FirstContract(
        plans=(("business", 35), ("scale", 65)),
        terms=((1, 4), (12, 66), (24, 18), (36, 12)),
        owners=(("ines.duarte", 1), ("noah.grant", 1), ("lena.fischer", 1), ("zofia.nowak", 1)),
        discounted=1_500, metered=3_000,
    ),
    odds=Odds(
        monthly=Chances(churn=50, contraction=60, pause=5, expansion=1_200),
        amendment=Chances(churn=5, contraction=95, pause=2, expansion=1_390),
        renewal=Chances(churn=600, contraction=800, pause=0, expansion=4_000),
    ),
    seasons=Seasons(
        churn=(110, 95, 100, 95, 95, 100, 95, 95, 100, 100, 95, 120),
        expansion=(85, 80, 100, 90, 90, 105, 85, 85, 105, 110, 120, 160),
        renewal=(280, 60, 100, 60, 60, 120, 60, 60, 100, 60, 60, 400),
    ),
    growth=(("seats", 66), ("upsell", 9), ("cross_sell", 25)),
    uplift=6_500,
)  # fmt: skip

SEGMENTS: Final = {"smb": SMB, "mid-market": MID_MARKET, "enterprise": ENTERPRISE}

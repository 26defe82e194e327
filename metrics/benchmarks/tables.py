"""The tables of both guides, cell by cell; rows of one guide are never merged with the other's.

The guides contradict each other and themselves: the segments of one overlap below $50,000 and leave
a gap above, and its targets by stage exceed what it calls typical of most segments.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from metrics.benchmarks.bands import Band


class Guide(StrEnum):
    """The two guides, by the names that they are quoted with."""

    GTM_ENGINEER = "GTM Engineer's guide"
    SALES_LED = "sales-led guide"


class CompanyProfile(StrEnum):
    """Kinds of companies, as they are typed."""

    ENTERPRISE = "enterprise"
    MID_MARKET = "mid-market"
    SMB = "smb"
    PRODUCT_LED = "product-led"
    USAGE_BASED = "usage-based"


class CompanyStage(StrEnum):
    """Stages of a company, as they are typed."""

    SEED = "seed"
    SERIES_A = "series-a"
    SERIES_B = "series-b"
    GROWTH = "growth"


class CustomerSegment(StrEnum):
    """Segments of customers, as they are typed."""

    SMB = "smb"
    MID_MARKET = "mid-market"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True)
class DollarRange:
    """A range of whole US dollars; None where it has no end on that side."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRow:
    """A row of the GTM Engineer's guide; ``drivers`` is what drives the number there.

    ``title`` is printed there, ``name`` is ours.
    """

    name: str
    title: str
    acv: DollarRange | None
    median: Band
    top_quartile: Band
    drivers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """A row of the sales-led guide by stage; ``top`` is None where it names none."""

    name: str
    title: str
    arr: DollarRange
    target: Band
    top: Band | None
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """A row of the sales-led guide by customers; ``churn`` is a share of opening MRR."""

    name: str
    title: str
    acv: DollarRange
    typical: Band
    churn: Band | None
    says: str


_percent = Band.of_percent

PROFILES: Mapping[CompanyProfile, ProfileRow] = MappingProxyType(
    {
        CompanyProfile.ENTERPRISE: ProfileRow(
            name="enterprise",
            title="Enterprise SaaS ($100K+ ACV)",
            acv=DollarRange(100_000, None),
            median=_percent(110, 115),
            top_quartile=_percent(120, 130),
            drivers="Large seat expansion, multi-product adoption",
        ),
        CompanyProfile.MID_MARKET: ProfileRow(
            name="mid-market",
            title="Mid-Market SaaS ($25K-100K ACV)",
            acv=DollarRange(25_000, 100_000),
            median=_percent(105, 110),
            top_quartile=_percent(115, 125),
            drivers="Tier upgrades, department-level expansion",
        ),
        CompanyProfile.SMB: ProfileRow(
            name="SMB",
            title="SMB SaaS (under $25K ACV)",
            acv=DollarRange(None, 25_000),
            median=_percent(90, 100),
            top_quartile=_percent(100, 110),
            drivers="Higher churn offset by some seat growth",
        ),
        CompanyProfile.PRODUCT_LED: ProfileRow(
            name="product-led",
            title="Product-Led Growth",
            acv=None,
            median=_percent(105, 115),
            top_quartile=_percent(120, 140),
            drivers="Viral adoption, usage-based expansion",
        ),
        CompanyProfile.USAGE_BASED: ProfileRow(
            name="usage-based",
            title="Usage-Based Pricing",
            acv=None,
            median=_percent(110, 120),
            top_quartile=_percent(130, 150),
            drivers="Organic consumption growth",
        ),
    }
)

STAGES: Mapping[CompanyStage, StageRow] = MappingProxyType(
    {
        CompanyStage.SEED: StageRow(
            name="seed stage",
            title="Seed stage (under $1M ARR)",
            arr=DollarRange(None, 1_000_000),
            target=_percent(95, 100),
            top=_percent(105, 116),
            says="Target 95-100% NRR minimum, with 105-116% as top performer range.",
        ),
        CompanyStage.SERIES_A: StageRow(
            name="early Series A",
            title="Early Series A ($1M-$5M ARR)",
            arr=DollarRange(1_000_000, 5_000_000),
            target=_percent(110),
            top=_percent(120),
            says=("You need 110%+ NRR ... with 120%+ positioning you strongly for capital raises."),
        ),
        CompanyStage.SERIES_B: StageRow(
            name="Series A to B",
            title="Series A to Series B ($5M-$20M ARR)",
            arr=DollarRange(5_000_000, 20_000_000),
            target=_percent(115),
            top=_percent(125),
            says=(
                "Target 115%+ NRR, with 125%+ marking companies that can raise at premium"
                " valuations."
            ),
        ),
        CompanyStage.GROWTH: StageRow(
            name="growth stage",
            title="Growth stage ($20M+ ARR)",
            arr=DollarRange(20_000_000, None),
            target=_percent(120),
            top=None,
            says="Expect 120%+ NRR as expansion motions mature ...",
        ),
    }
)

SEGMENTS: Mapping[CustomerSegment, SegmentRow] = MappingProxyType(
    {
        CustomerSegment.SMB: SegmentRow(
            name="SMB",
            title="Small and medium business (ACV under $25,000)",
            acv=DollarRange(None, 25_000),
            typical=_percent(90, 105),
            churn=None,
            says=(
                "Typically achieve 90-105% NRR due to higher churn and limited expansion budgets."
            ),
        ),
        CustomerSegment.MID_MARKET: SegmentRow(
            name="mid-market",
            title="Mid-market (ACV $10,000-$50,000)",
            acv=DollarRange(10_000, 50_000),
            typical=_percent(103, 110),
            churn=None,
            says=(
                "Demonstrate 103-110% NRR with more stable customers and meaningful expansion"
                " opportunities."
            ),
        ),
        CustomerSegment.ENTERPRISE: SegmentRow(
            name="enterprise",
            title="Enterprise (ACV above $100,000)",
            acv=DollarRange(100_000, None),
            typical=_percent(110, 120, is_open=True),
            churn=_percent(5, 10),
            says="Reach 110-120%+ NRR from significantly lower churn (5-10%) ...",
        ),
    }
)

HEALTHY_GRR = _percent(90, 97)
"""GRR that the sales-led guide calls strong for Series A; 90% is its low end of acceptable."""
HEALTHY_NRR = _percent(110)
"""NRR that it calls high beside such a GRR."""
BESSEMER_STRONG, BESSEMER_TOP = _percent(110, 120), _percent(120)
"""NRR that Bessemer calls strong, and top tier, as the sales-led guide quotes it."""
PUBLIC_MULTIPLES = _percent(120)
"""NRR of public companies that trade at higher multiples, by the GTM Engineer's guide."""

"""Explanations, comparisons and lists of accounts to show, each a plain value worked by hand."""

from collections.abc import Mapping

from bot.accounts.moves import AccountMoves
from bot.comparing.comparison import Column, Comparison
from bot.questions.question import Listing, Question, Versus, View, ViewOptions
from bot.why.explanation import ChangeContext, ChangeSides, Explanation
from metrics.activity import Activity
from metrics.change import Component
from metrics.moved import Moved
from metrics.movements import MovementKind
from metrics.periods import Period, previous
from metrics.retention import Retention
from metrics.rollup import Scope, total
from storage.ledger.account_changes import AccountChange, MovedAccounts
from tests.bot.sample_answers import period_of, sample_answer
from tests.metrics.retentions import retention_of

Q3 = period_of("2026-Q3")
SMB: Scope = (("segment", "smb"),)
BEFORE = {
    "starter": retention_of(
        50_000_000, expansion=2_000_000, contraction=1_500_000, churn=1_000_000
    ),
    "growth": retention_of(50_000_000, expansion=5_000_000),
}
NOW = {
    "starter": retention_of(40_000_000, expansion=1_200_000, contraction=400_000, churn=3_200_000),
    "growth": retention_of(40_000_000, expansion=2_000_000),
}
"""NRR fell from 104.5 % to 99.5 %: churn −3.0, expansion −3.0, contraction +1.0, mix nothing."""
REVERSED = (
    {
        "enterprise": retention_of(7_000_000, expansion=1_400_000),
        "smb": retention_of(3_000_000, churn=300_000),
    },
    {
        "enterprise": retention_of(4_000_000, expansion=840_000),
        "smb": retention_of(6_000_000, churn=480_000),
    },
)
"""DEFINITIONS' case: 120 to 121 % and 90 to 92 %, 70/30 to 40/60: 111.0 to 103.6 %."""
DRIVERS = Activity(
    by_driver={
        (MovementKind.CHURN, "price"): -1_900_000,
        (MovementKind.CHURN, "competitor"): -1_300_000,
        (MovementKind.CONTRACTION, "price"): -100_000,
        (MovementKind.CONTRACTION, "unused"): -300_000,
        (MovementKind.EXPANSION, "seats"): 3_200_000,
    }
)
ACME = AccountChange(
    account_id="a1",
    name="Acme Ltd",
    opening=410_000,
    closing=0,
    attributes={"owner": "tess"},
)
BOLT = AccountChange(account_id="a2", name=None, opening=100_000, closing=140_000, attributes={})


def quarters_before(period: Period, count: int) -> list[Period]:
    """Return the quarters before one, the latest first."""
    found = []
    for _ in range(count):
        period = previous(period)
        found.append(period)
    return found


def sample_explanation(
    before: Mapping[str, Retention] = BEFORE,
    now: Mapping[str, Retention] = NOW,
    *,
    scope: Scope = SMB,
    dimension: str = "plan",
    year: Retention | None = None,
    earlier: Mapping[Period, Retention] | None = None,
    accounts: tuple[AccountChange, ...] | None = (ACME,),
    plays: Mapping[Component, str] | None = None,
) -> Explanation:
    """Return why NRR changed from Q2 to Q3 2026."""
    question = Question(scope=scope, period=Q3, view=View.WHY)
    return Explanation(
        question=question,
        grounds=sample_answer().grounds,
        dimension=dimension,
        sides=ChangeSides(
            period=Q3,
            now=total(now.values()),
            before_period=previous(Q3),
            before=total(before.values()),
            values_now=now,
            values_before=before,
        ),
        surroundings=ChangeContext(
            earlier=earlier or {}, year_period=period_of("ttm-to-2026-09"), year=year
        ),
        drivers=DRIVERS,
        accounts=accounts,
        plays=plays or {},
    )


def sample_comparison(
    left: Mapping[str, Retention] = NOW, right: Mapping[str, Retention] = BEFORE
) -> Comparison:
    """Return Q3 2026 of smb against the quarter before."""
    versus = Versus(scope=SMB, period=previous(Q3))
    question = Question(scope=SMB, period=Q3, versus=versus)
    columns = [
        Column(
            scope=SMB,
            period=period,
            retention=total(values.values()),
            year_period=period_of("ttm-to-2026-09"),
            year=None,
            values=values,
        )
        for period, values in ((Q3, left), (previous(Q3), right))
    ]
    return Comparison(
        question=question,
        grounds=sample_answer().grounds,
        dimension="plan",
        left=columns[0],
        right=columns[1],
    )


def sample_moves(
    moved: Moved | None = None,
    listed: tuple[AccountChange, ...] = (ACME, BOLT),
    *,
    reasons: Mapping[str, int] | None = None,
) -> AccountMoves:
    """Return the accounts that moved smb in Q3 2026, or those of one outcome."""
    lost = sum(-min(0, one.change) for one in listed)
    gained = sum(max(0, one.change) for one in listed)
    return AccountMoves(
        question=Question(
            scope=SMB,
            period=Q3,
            view=View.ACCOUNTS,
            options=ViewOptions(listing=Listing(moved=moved)),
        ),
        grounds=sample_answer().grounds,
        retention=total(NOW.values()),
        found=MovedAccounts(count=len(listed), lost=lost, gained=gained, listed=listed),
        reasons=reasons or {},
    )

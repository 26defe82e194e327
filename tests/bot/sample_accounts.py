"""A card, and a ranked list, of an account that is called so."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from bot.accounts.card.card import AccountCard
from bot.accounts.ranking.ranking import AccountRanking, GroupSum
from bot.questions.question import Question, View, ViewOptions
from metrics.score_rules import Hindsight, Sign
from storage.ledger.account_record import (
    AccountFamily,
    AccountFound,
    AccountRecord,
    RecordedMovement,
    SignalValue,
)
from storage.ledger.ranked_accounts import RankedAccount, SignShown
from tests.bot.sample_answers import sample_answer
from tests.bot.sample_views import Q3

DAY = date(2026, 11, 1)


def sample_card(name: str) -> AccountCard:
    """Return a card on which everything that a file can name is called ``name``."""
    found = AccountFound(
        number=0,
        account_id=name,
        name=f"{name}!",
        attributes={"segment": name, "owner": name, name: name},
        mrr=120_000,
    )
    movement = RecordedMovement(
        account_id=name,
        day=date(2026, 7, 14),
        amount_minor=20_000,
        currency="USD",
        driver=name,
        product=name,
        recorded_at=datetime(2026, 11, 21, 6, tzinfo=UTC),
        import_id=1,
        import_name=name,
        source=name,
        source_row=8,
        movement_id="m7",
        is_taken_back=False,
    )
    record = AccountRecord(
        account=found,
        day=DAY,
        family=AccountFamily(name, beneath=1),
        since=date(2025, 6, 15),
        course=((date(2026, 10, 1), 100_000), (DAY, 120_000)),
        movements=(movement,) * 4,
        waiting=(),
        terms=(),
        renews_on=date(2027, 6, 15),
        signals=(SignalValue(name, Decimal("40.5"), date(2026, 11, 9)),),
    )
    question = Question(scope=(), period=Q3, view=View.CARD, options=ViewOptions(account=name))
    grounds = sample_answer().grounds
    return AccountCard(question=question, grounds=grounds, record=record, seen_in=())


def sample_ranking(name: str) -> AccountRanking:
    """Return accounts at risk, of which one is called ``name``."""
    signs = (
        SignShown(Sign.SHRINKING, 25, Fraction(3, 100)),
        SignShown(Sign.NEW_HERE, 20, date(2026, 9, 9)),
        SignShown(Sign.CONTRACTED, 20, 1_000),
    )
    account = RankedAccount(
        account_id=name,
        name=name,
        mrr=120_000,
        score=65,
        attributes={"owner": name},
        signs=signs,
    )
    return AccountRanking(
        question=Question(scope=(), period=Q3, view=View.AT_RISK),
        grounds=sample_answer().grounds,
        day=DAY,
        today=DAY,
        count=1,
        mrr=120_000,
        listed=(account,),
        dimension="segment",
        sums=(GroupSum(name, 1, 120_000), GroupSum("smb", 1, 1)),
        hindsight=Hindsight(listed=10, listed_right=1, every=100, every_right=4),
    )

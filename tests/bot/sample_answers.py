"""Answers to show, each a plain value: one that says everything, and what tests change in it."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from bot.answers.answer import Answer, Comparisons, Memo, PeriodRetention, Slice
from bot.questions.parsing import Question
from bot.questions.question import Amounts, Words
from bot.style.grounds import DataReach, Grounds
from metrics.activity import UNSTATED, Activity
from metrics.movements import MovementKind
from metrics.periods import Period, parse_period, previous, trailing_twelve_months
from metrics.retention import NOTHING, OutsideCohort, Retention
from tests.metrics.retentions import GUIDE, retention_of

TODAY = date(2026, 11, 21)
HOSTILE_NAME = (
    "<!channel> *bold* `code` _it_ ~no~ <https://e.example|x> & $\\frac{1}$ [red]\u202egnp"
)
"""Everything that some place would take for markup, in one name."""

ACTIVITY = Activity(
    by_kind={
        MovementKind.NEW: 3_000_000,
        MovementKind.EXPANSION: 6_200_000,
        MovementKind.CONTRACTION: -2_700_000,
        MovementKind.CHURN: -2_400_000,
        MovementKind.REACTIVATION: 800_000,
    },
    by_driver={
        (MovementKind.NEW, UNSTATED): 3_000_000,
        (MovementKind.EXPANSION, "upsell"): 3_500_000,
        (MovementKind.EXPANSION, "seats"): 1_900_000,
        (MovementKind.EXPANSION, "cross_sell"): 800_000,
        (MovementKind.CONTRACTION, "seats"): -2_700_000,
        (MovementKind.CHURN, "involuntary"): -400_000,
        (MovementKind.CHURN, UNSTATED): -2_000_000,
        (MovementKind.REACTIVATION, UNSTATED): 800_000,
    },
)


def period_of(text: str) -> Period:
    """Return a period as it is understood on `TODAY`."""
    return parse_period(text, today=TODAY)


def slices_of(dimension: str, parts: dict[str, Retention]) -> tuple[Slice, ...]:
    """Return a breakdown whose weights are the shares of the parts' common opening MRR."""
    total = sum(part.opening for part in parts.values())
    return tuple(
        Slice(
            dimension=dimension,
            value=value,
            retention=part,
            weight=Fraction(part.opening, total) if total else Fraction(0),
        )
        for value, part in parts.items()
    )


def many_slices(count: int, *, name: str = "segment") -> tuple[Slice, ...]:
    """Return a breakdown of ``count`` values with long names, the largest opening base first."""
    parts = {
        f"{number:03} {name}": retention_of((count - number) * 100_000, churn=10_000)
        for number in range(count)
    }
    return slices_of("industry", parts)


def sample_question(**changes: Any) -> Question:  # noqa: ANN401 - fields of Question
    """Return ``enterprise last-quarter`` with the named fields changed.

    ``text`` and ``stand_in`` are those of its words, ``in_arr`` is that of its amounts.
    """
    text = changes.pop("text", "enterprise last-quarter")
    question = Question(
        words=Words(text=text, stand_in=changes.pop("stand_in", None)),
        scope=(("segment", "enterprise"),),
        period=period_of("last-quarter"),
        amounts=Amounts(in_arr=changes.pop("in_arr", False)),
    )
    return replace(question, **changes)


def sample_answer(**changes: Any) -> Answer:  # noqa: ANN401 - fields of Answer
    """Return the answer to `sample_question` with the named fields changed.

    ``text``, ``scope``, ``period``, ``dimension`` and ``in_arr`` change its question; so do the
    fields of its grounds, comparisons and memo change those.
    """
    of_question = ("text", "scope", "period", "dimension", "in_arr")
    asked = {name: changes.pop(name) for name in of_question if name in changes}
    question = changes.pop("question", sample_question(**asked))
    reach = {"closed_through": date(2026, 11, 1), "data_through": date(2026, 11, 22)}
    reach |= {name: changes.pop(name) for name in reach if name in changes}
    answer = Answer(
        question=question,
        grounds=Grounds(
            currency="USD",
            data_version=17,
            data_as_of=datetime(2026, 11, 21, 6, tzinfo=UTC),
            reach=DataReach(**reach),
        ),
        retention=replace(GUIDE, accounts_opening=120, accounts_retained=114),
        comparisons=Comparisons(
            previous=PeriodRetention(
                period=previous(question.period),
                retention=retention_of(98_000_000, expansion=2_254_000, churn=1_960_000),
            ),
            trailing=PeriodRetention(
                period=trailing_twelve_months(question.period, today=TODAY),
                retention=retention_of(
                    90_000_000, expansion=14_400_000, contraction=2_700_000, churn=4_500_000
                ),
            ),
            latest_month=PeriodRetention(
                period=period_of("last-month"),
                retention=retention_of(99_000_000, expansion=990_000, churn=396_000),
            )
            if question.period.is_year
            else None,
        ),
        breakdown=(),
        memo=Memo(outside=OutsideCohort(new=2_500_000, returning=800_000), activity=ACTIVITY),
    )
    for within in ("grounds", "comparisons", "memo"):
        value = getattr(answer, within)
        own = {one.name: changes.pop(one.name) for one in fields(value) if one.name in changes}
        answer = replace(answer, **{within: replace(value, **own)})
    return replace(answer, **changes)


def broken_down_answer(**changes: Any) -> Answer:  # noqa: ANN401 - fields of Answer
    """Return ``enterprise 2026-Q3 by industry``: three industries that add up to the guide's."""
    parts = {
        "fintech": retention_of(48_000_000, expansion=3_600_000, contraction=500_000),
        "healthcare": retention_of(32_000_000, expansion=1_400_000, churn=2_000_000),
        "(none)": retention_of(20_000_000, contraction=1_000_000),
    }
    own = {"dimension": "industry", "breakdown": slices_of("industry", parts)}
    return sample_answer(**{**own, **changes})


def empty_answer(**changes: Any) -> Answer:  # noqa: ANN401 - fields of Answer
    """Return an answer about a base that had no opening MRR, but won new accounts."""
    own = {
        "retention": NOTHING,
        "outside": OutsideCohort(new=500_000),
        "previous": None,
        "trailing": None,
        "activity": Activity(by_kind={MovementKind.NEW: 500_000}),
    }
    return sample_answer(**{**own, **changes})

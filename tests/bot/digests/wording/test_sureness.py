from dataclasses import replace
from fractions import Fraction

import pytest

from bot.confidence.sureness import Sureness
from bot.digests.digest import Digest
from bot.digests.wording.sureness import may_be_chance, sureness_line
from metrics.confidence.confidence import Confidence, Interval
from tests.bot.sample_digests import sample_digest, split_answer
from tests.metrics.retentions import retention_of

MANY = Fraction(900)


def digest(found: Confidence) -> Digest:
    # the company was at 103.5 % in September and is at 101.5 % in October
    return sample_digest(sureness=Sureness(confidence=found))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            Confidence(accounts=1_290, effective=MANY, nrr=Interval(0.995, 1.038)),
            (
                "Interval 99.5–103.8% (1,290 accounts): Sep lies within, so that the change may be"
                " chance."
            ),
        ),
        (Confidence(accounts=1_290, effective=MANY, nrr=Interval(1.009, 1.02)), None),
        (
            Confidence(accounts=12, effective=Fraction(9), nrr=Interval(1.009, 1.02)),
            "Interval 100.9–102.0% (12 accounts: read it with care).",
        ),
        (
            Confidence(accounts=9, effective=Fraction(9)),
            None,  # the finding says so
        ),
        (
            Confidence(accounts=90, effective=Fraction(4)),
            "90 accounts that weigh as much as 4 equal ones: too few to read a trend.",
        ),
        (Confidence(accounts=40, effective=Fraction(40)), None),  # all of them moved alike
    ],
)
def test_it_is_said_where_it_changes_how_a_digest_is_read(
    found: Confidence, said: str | None
) -> None:
    assert sureness_line(digest(found)) == said


def test_a_small_change_of_many_accounts_needs_no_interval() -> None:
    answer = split_answer()
    many = replace(answer.retention, accounts_opening=60, accounts_retained=60, churn=0)
    still = replace(answer, retention=many, comparisons=replace(answer.comparisons, previous=None))
    few = replace(still, retention=retention_of(1_000))  # of ten accounts

    assert may_be_chance(answer)
    assert not may_be_chance(still)
    assert may_be_chance(few)

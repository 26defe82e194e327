"""What changed a figure since it was posted, from what the ledger knew then."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.answers.answers import Answers
from bot.answers.restatement_causes import cause_of, largest_change
from metrics.retention import Retention
from storage.channels.posted_figures import ShownFigure
from tests.bot.small_company import NOW, answers_from, import_text, small_company
from tests.metrics.retentions import retention_of
from tests.storage.posted import shown_in

HEADER = "movement_id,account_id,date,amount,currency,segment\n"
THEN = retention_of(100_000, expansion=5_000, contraction=1_500, churn=2_000)


@pytest.mark.parametrize(
    ("now", "cause"),
    [
        pytest.param(replace(THEN, churn=3_000, expansion=5_400), "late churn", id="churn"),
        pytest.param(replace(THEN, churn=1), "churn taken back", id="less-churn"),
        pytest.param(replace(THEN, contraction=4_000), "late contraction", id="contraction"),
        pytest.param(replace(THEN, expansion=9_000), "late expansion", id="expansion"),
        pytest.param(replace(THEN, expansion=0), "expansion taken back", id="less-expansion"),
        pytest.param(
            replace(THEN, opening=90_000, churn=2_100), "earlier months restated", id="opening"
        ),
        pytest.param(THEN, None, id="nothing"),
    ],
)
def test_the_part_that_changed_the_most_is_the_cause(now: Retention, cause: str | None) -> None:
    assert largest_change(THEN, now) == cause


def posted(answers: Answers, *, posted_at: datetime | None) -> ShownFigure:
    """Return October as it is now, as if it had been posted at a moment."""
    known = october(answers)
    figure = shown_in(date(2026, 10, 1), known.nrr, grr=known.grr)
    return ShownFigure(number=1, channel_id="C1", figure=figure, posted_at=posted_at)


def october(answers: Answers) -> Retention:
    with answers.reading() as reading:
        return reading.ledger.retention(date(2026, 10, 1), date(2026, 11, 1))


def test_the_ledger_is_asked_for_what_it_knew_when_the_figure_was_posted(tmp_path: Path) -> None:
    answers = answers_from(small_company(tmp_path))
    before = posted(answers, posted_at=NOW)
    late = HEADER + "late,beta,2026-10-20,-1.00,USD,\n"
    import_text(answers.store, late, now=NOW + timedelta(hours=1))

    assert cause_of(answers, before, october(answers)) == "late contraction"


def test_without_what_was_known_then_no_cause_is_told(tmp_path: Path) -> None:
    answers = answers_from(small_company(tmp_path))
    shown = posted(answers, posted_at=NOW - timedelta(days=9_000))
    unknown = replace(shown, posted_at=None)

    assert cause_of(answers, shown, october(answers)) is None
    assert cause_of(answers, unknown, october(answers)) is None

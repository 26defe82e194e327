"""Digests to show, each a plain value, and requests to compose them from a ledger."""

from dataclasses import fields, replace
from datetime import date
from fractions import Fraction
from typing import Any

from bot.answers.answer import Answer, PeriodRetention
from bot.answers.posted_figures import Restated
from bot.digests.diagnosing import diagnosis_of
from bot.digests.digest import Digest, DigestBody, DigestRequest, SinceLastDigest
from metrics.periods import previous
from metrics.retention import NOTHING, Retention
from metrics.rollup import Scope
from storage.channels.posted_figures import PostedFigure, ShownFigure
from storage.digests.subscriptions import DigestContent
from storage.ledger.account_changes import AccountChange, AccountChanges
from tests.bot.sample_answers import TODAY, period_of, retention_of, sample_answer, slices_of
from tests.bot.sample_trends import sample_trend

SEGMENTS = {
    "enterprise": retention_of(60_000_000, expansion=3_600_000, contraction=1_500_000),
    "mid-market": retention_of(30_000_000, expansion=1_400_000),
    "smb": replace(
        retention_of(10_000_000, churn=2_000_000), accounts_opening=7, accounts_retained=6
    ),
}
"""Together the guide's month: NRR 101.5 %, GRR 96.5 %."""

BEFORE = {
    "enterprise": retention_of(58_000_000, expansion=2_900_000),
    "mid-market": retention_of(30_000_000, expansion=1_500_000),
    "smb": retention_of(10_000_000, churn=1_000_000),
}
GAIN = AccountChange(
    account_id="a-1",
    name="Acme",
    opening=1_000_000,
    closing=2_200_000,
    attributes={"segment": "enterprise"},
)
LOSS = AccountChange(
    account_id="b-2",
    name=None,
    opening=2_000_000,
    closing=0,
    attributes={"segment": "smb"},
)


def sample_request(**changes: Any) -> DigestRequest:  # noqa: ANN401 - fields of DigestRequest
    """Return a request for everything about the company, with the named fields changed."""
    request = DigestRequest(
        content=DigestContent(dimension="segment"),
        week="2026-W47",
        today=TODAY,
        names_shown=True,
        small_shown=True,
    )
    content = replace(request.content, **_taken(changes, DigestContent))
    since = SinceLastDigest(**_taken(changes, SinceLastDigest))
    return replace(request, content=content, since=since, **changes)


def _taken(changes: dict[str, Any], of: type[Any]) -> dict[str, Any]:
    """Take the fields of a value out of all that are changed."""
    return {each.name: changes.pop(each.name) for each in fields(of) if each.name in changes}


def split_answer(
    parts: dict[str, Retention] | None = None,
    before: dict[str, Retention] | None = None,
    **changes: Any,  # noqa: ANN401 - fields of Answer
) -> Answer:
    """Return the answer about the company last month, by segment."""
    parts, before = parts or SEGMENTS, before or BEFORE
    period = changes.get("period", period_of("last-month"))
    own = {
        "scope": (),
        "dimension": "segment",
        "period": period,
        "retention": sum(parts.values(), start=NOTHING),
        "previous": PeriodRetention(
            period=previous(period), retention=sum(before.values(), start=NOTHING)
        ),
        "breakdown": slices_of("segment", parts),
    }
    return sample_answer(**(own | changes))


def sample_digest(
    *,
    answer: Answer | None = None,
    request: DigestRequest | None = None,
    **changes: Any,  # noqa: ANN401 - fields of Digest
) -> Digest:
    """Return a digest of `split_answer` with everything in it, the named fields changed."""
    answer = answer or split_answer()
    own: dict[str, Any] = {
        "before": split_answer(BEFORE, period=previous(answer.period), dimension="segment"),
        "trend": sample_trend(
            [100 + month / 2 for month in range(14)],
            {name: [95 + month for month in range(14)] for name in SEGMENTS},
        ),
        "changes": AccountChanges(gains=(GAIN,), losses=(LOSS,)),
        "diagnosis": diagnosis_of(answer, None, lambda _: ()),
    }
    own |= changes
    body = DigestBody(**_taken(own, DigestBody))
    return Digest(request=request or sample_request(), answer=answer, body=body, **own)


def unchanged_digest(**changes: Any) -> Digest:  # noqa: ANN401 - fields of Digest
    """Return a digest that says what the one before it said."""
    answer = changes.pop("answer", split_answer())
    return Digest(
        request=sample_request(),
        answer=answer,
        is_unchanged=True,
        **changes,
    )


def shown_of(*figures: PostedFigure, channel_id: str = "C1") -> tuple[ShownFigure, ...]:
    """Return figures as a channel was shown them."""
    return tuple(
        ShownFigure(number=number, channel_id=channel_id, figure=figure)
        for number, figure in enumerate(figures, start=1)
    )


def restated_figure(
    before: str | None,
    after: str | None,
    *,
    grr: tuple[str, str] = ("0.9", "0.9"),
    scope: Scope = (("segment", "smb"),),
    label: str = "2026-10",
) -> Restated:
    """Return a figure whose NRR, such as ``"1.01"``, is another by now, and perhaps its GRR."""
    posted = PostedFigure(
        scope=scope,
        start=date(2026, 10, 1),
        end=date(2026, 11, 1),
        label=label,
        nrr=None if before is None else Fraction(before),
        grr=Fraction(grr[0]),
        data_version=1,
    )
    nrr = None if after is None else Fraction(after)
    now = replace(posted, nrr=nrr, grr=Fraction(grr[1]), data_version=2)
    [shown] = shown_of(posted)
    return Restated(shown=shown, now=now)


def restated_of(digest: Digest, *restated: Restated) -> Digest:
    """Return a digest with restatements."""
    return replace(digest, body=replace(digest.body, restated=restated))

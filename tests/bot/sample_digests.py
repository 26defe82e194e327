"""Digests to show, each a plain value, and requests to compose them from a ledger."""

from dataclasses import fields, replace
from datetime import date
from fractions import Fraction
from typing import Any

from bot.answers.answer import Answer, PeriodRetention
from bot.answers.posted_figures import Restated
from bot.digests.digest import (
    Digest,
    DigestBody,
    DigestRequest,
    DigestThread,
    SinceLastDigest,
    Watched,
)
from metrics.activity import UNSTATED, Activity
from metrics.findings.finding import Cause, Finding, FindingKind, Findings, Force
from metrics.movements import MovementKind
from metrics.periods import previous
from metrics.retention import NOTHING, Retention
from metrics.rollup import Scope
from storage.channels.posted_figures import PostedFigure, ShownFigure
from storage.digests.subscriptions import DigestContent
from storage.ledger.account_changes import AccountChange, AccountChanges
from tests.bot.sample_answers import TODAY, period_of, sample_answer, slices_of
from tests.bot.sample_trends import sample_trend
from tests.metrics.retentions import retention_of
from tests.storage.posted import shown_in

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
YEAR = {
    "enterprise": retention_of(50_000_000, expansion=7_000_000),
    "mid-market": retention_of(28_000_000, expansion=1_400_000),
    "smb": retention_of(12_000_000, expansion=300_000, churn=1_800_000),
}
"""Twelve months: NRR 114.0 %, 105.0 % and 87.5 %."""
YEAR_AGO = {
    "enterprise": retention_of(40_000_000, expansion=4_800_000),
    "mid-market": retention_of(20_000_000, expansion=1_000_000),
    "smb": retention_of(10_000_000, churn=850_000),
}
LEAK = Finding(
    kind=FindingKind.LEAK,
    points=Fraction(-1_500_000, 90_000_000),
    segment="smb",
    force=Force.CHURN,
    now=YEAR["smb"],
    was=YEAR_AGO["smb"],
    cause=Cause(drivers={"price": -1_000_000, "competitor": -800_000}),
)
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
DRIVERS = Activity(
    by_kind={
        MovementKind.EXPANSION: 5_000_000,
        MovementKind.CONTRACTION: -1_500_000,
        MovementKind.CHURN: -2_000_000,
    },
    by_driver={
        (MovementKind.EXPANSION, "seats"): 5_000_000,
        (MovementKind.CONTRACTION, UNSTATED): -1_500_000,
        (MovementKind.CHURN, "price"): -1_300_000,
        (MovementKind.CHURN, "win_back"): -700_000,
    },
)
"""What the guide's base gained and lost: two thirds of its churn, less a rounding, by price."""
MEDIA = retention_of(40_000_000, expansion=4_840_000, churn=6_600_000)
"""Twelve months: NRR 95.6 %, GRR 83.5 %."""
WATCHED = Watched(
    figure=PostedFigure(
        scope=(("industry", "media"),),
        start=date(2025, 11, 1),
        end=date(2026, 11, 1),
        label="TTM to 2026-10",
        nrr=MEDIA.nrr,
        grr=MEDIA.grr,
        data_version=17,
    ),
    pair=("industry", "media"),
    year=MEDIA,
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
    own: dict[str, Any] = {
        "scope": (),
        "dimension": "segment",
        "period": period,
        "retention": sum(parts.values(), start=NOTHING),
        "previous": PeriodRetention(
            period=previous(period), retention=sum(before.values(), start=NOTHING)
        ),
        "breakdown": tuple(
            replace(
                part,
                before=before.get(part.value),
                year=YEAR.get(part.value),
                year_ago=YEAR_AGO.get(part.value),
            )
            for part in slices_of("segment", parts)
        ),
        "findings": Findings(year=LEAK),
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
        "trend": sample_trend(
            [100 + month / 2 for month in range(14)],
            {name: [95 + month for month in range(14)] for name in SEGMENTS},
        ),
        "watched": WATCHED,
        "thread": DigestThread(
            drivers=DRIVERS, accounts=AccountChanges(gains=(GAIN,), losses=(LOSS,))
        ),
    }
    own |= changes
    body = DigestBody(**_taken(own, DigestBody))
    return Digest(request=request or sample_request(), answer=answer, body=body, **own)


def digest_naming(name: str) -> Digest:
    """Return a digest in which a segment and an account have a name."""
    parts = {name: SEGMENTS["enterprise"], "smb": SEGMENTS["smb"]}
    account = replace(GAIN, name=name, attributes={"segment": name})
    accounts = AccountChanges(gains=(account,), losses=(account,))
    return sample_digest(
        answer=split_answer(parts, {name: BEFORE["enterprise"], "smb": BEFORE["smb"]}),
        thread=DigestThread(drivers=DRIVERS, accounts=accounts),
    )


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
    was = None if before is None else Fraction(before)
    posted = shown_in(date(2026, 10, 1), was, grr=Fraction(grr[0]), scope=scope, label=label)
    nrr = None if after is None else Fraction(after)
    now = replace(posted, nrr=nrr, grr=Fraction(grr[1]), data_version=2)
    [shown] = shown_of(posted)
    return Restated(shown=shown, now=now)


def restated_of(digest: Digest, *restated: Restated) -> Digest:
    """Return a digest with restatements."""
    return replace(digest, body=replace(digest.body, restated=restated))

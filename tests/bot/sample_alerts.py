"""Details of alerts, each the outcome of an evaluation of months that are written down here."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from bot.alerts.telling.course import history, point
from bot.alerts.telling.details import (
    AlertMessage,
    DropCause,
    MonthFigures,
    NoticeDetails,
    Share,
    Stage,
)
from metrics.activity import Activity
from metrics.alerts.evaluation import evaluate, record_failure
from metrics.alerts.grouping import Notice
from metrics.alerts.rules import (
    FLOOR,
    MASKING,
    SHOCK,
    SUSTAINED_DROP,
    AlertRule,
    RuleKind,
    Severity,
    Window,
)
from metrics.alerts.series import AccountLoss, ClosedMonth, Series
from metrics.alerts.silence import end_snooze, snooze
from metrics.alerts.states import AlertState, Transition, TransitionKind
from metrics.alerts.statuses import NOT_JUDGED, month_statuses
from metrics.change import Change, explain
from metrics.movements import MovementKind
from metrics.period_grammar import shift_months
from metrics.retention import NOTHING, Retention
from metrics.rollup import Scope
from storage.ledger.account_changes import AccountChange
from tests.metrics.alerts.months import day_of, ratio, series
from tests.metrics.alerts.own_rules import below
from tests.metrics.retentions import retention_of

USUAL = ("103", "101", "103.2", "100.8", "102.6", "101.4", "103", "100.9", "102.8", "101.6", "102")
"""Eleven months around 102 %."""

DECEMBER = {
    "enterprise": (60_000_000, 2_000_000, 400_000, 0),
    "mid-market": (20_000_000, 600_000, 200_000, 0),
    "smb": (20_000_000, 400_000, 0, 400_000),
}
FEBRUARY = {
    "enterprise": (50_000_000, 1_200_000, 1_000_000, 0),
    "mid-market": (20_000_000, 400_000, 200_000, 400_000),
    "smb": (30_000_000, 200_000, 200_000, 2_000_000),
}
"""Opening, expansion, contraction, churn; together NRR 102 % and 98 %."""

ACME = AccountChange(
    account_id="a-1", name="Acme", attributes={"owner": "U012AB3CD"}, opening=1_200_000, closing=0
)
GLOBEX = AccountChange(
    account_id="a-2",
    name="Globex",
    attributes={"owner": "ana@example.com"},
    opening=900_000,
    closing=0,
)
INITECH = AccountChange(
    account_id="a-3", name="Initech", attributes={}, opening=2_000_000, closing=1_200_000
)
COMPANY: Scope = ()
ENTERPRISE: Scope = (("segment", "enterprise"),)
RECIPIENT = "U012AB3CD"
VERSION = 7


def part(opening: int, expansion: int, contraction: int, churn: int) -> Retention:
    """Retention of forty accounts, of which one left if anything was churned."""
    parts = {"expansion": expansion, "contraction": contraction, "churn": churn}
    return retention_of(opening, accounts=40, **parts)


def parts(segments: dict[str, tuple[int, int, int, int]]) -> dict[str, Retention]:
    return {name: part(*amounts) for name, amounts in segments.items()}


def total(segments: dict[str, tuple[int, int, int, int]]) -> ClosedMonth:
    retention = sum(parts(segments).values(), start=NOTHING)
    return ClosedMonth(retention=retention, year=retention)


def closed(nrr: str, grr: str = "97", *, cost: str = "0", account: str = "a-1") -> ClosedMonth:
    """A month with $1,000,000.00 of opening MRR; what was lost is two thirds churn."""
    opening, gross = 100_000_000, min(ratio(nrr), ratio(grr))
    lost = int(opening * (1 - gross))
    retention = part(opening, int(opening * (ratio(nrr) - gross)), lost // 3, lost - lost // 3)
    taken = int(opening * ratio(cost))
    # It is a fifth of the base: with forty accounts, eight times an average one.
    loss = AccountLoss(account=account, lost_minor=taken, opening_minor=opening // 5)
    return ClosedMonth(retention=retention, year=retention, losses=(loss,) if taken else ())


def steady() -> list[ClosedMonth | None]:
    """January to November 2025 as they usually are, then December."""
    return [*map(closed, USUAL), total(DECEMBER)]


def with_figures(details: NoticeDetails, **changes: Any) -> NoticeDetails:  # noqa: ANN401 - fields of MonthFigures
    return replace(details, figures=replace(details.figures, **changes))


def with_segments_called(name: str, details: NoticeDetails) -> NoticeDetails:
    """The same with every segment of its cause called so."""
    cause = details.figures.cause
    assert cause is not None
    assert cause.share is not None
    change = cause.share.change
    segments = tuple(replace(one, value=name) for one in change.segments)
    return with_share(details, replace(change, segments=segments))


def details_of(
    rule: AlertRule,
    months: Sequence[ClosedMonth | None],
    kind: TransitionKind = TransitionKind.FIRED,
    **changes: Any,  # noqa: ANN401 - fields of MonthFigures
) -> NoticeDetails:
    """The last notice of a kind, once these months came in one after the other."""
    found = [one for one in transitions_of(rule, months) if one.kind is kind]
    return told(rule, months, found[-1], **changes)


def transitions_of(rule: AlertRule, months: Sequence[ClosedMonth | None]) -> list[Transition]:
    state, found = AlertState(), list[Transition]()
    for count in range(12, len(months) + 1):
        state, news = _evaluated(rule, series(months[:count]), state, version=count)
        found += news
    return found


def told(
    rule: AlertRule,
    months: Sequence[ClosedMonth | None],
    transition: Transition,
    **changes: Any,  # noqa: ANN401 - fields of MonthFigures
) -> NoticeDetails:
    """What there is to tell of a transition, the named fields changed."""
    on, course = transition.period, series(months)
    judged = course.months.get(on) if on else None
    status = month_statuses(rule, course).get(on, NOT_JUDGED) if on else NOT_JUDGED
    stage = Stage.of(rule, on, status) if on and judged else None
    figures: dict[str, Any] = {
        "currency": "USD",
        "data_version": VERSION,
        "retention": judged.over(rule.window) if judged else None,
        "history": history(rule, course, on) if on else (),
        "drivers": (),
        "stage": stage,
        "since": point(rule, course, stage.since) if stage else None,
        "cause": cause_of(rule, stage, judged.over(stage.window)) if stage and judged else None,
        "in_a_row": status.breaches,
    }
    return NoticeDetails(
        notice=Notice(recipient_id=RECIPIENT, transition=transition, severity=Severity.WARNING),
        rule=rule,
        figures=MonthFigures(**(figures | changes)),
    )


DROPPED = (*steady(), closed("98.1"), total(FEBRUARY))


def cause_of(rule: AlertRule, stage: Stage, retention: Retention | None) -> DropCause | None:
    """What was lost: a reason for two thirds of the churn, another for the rest."""
    if retention is None:
        return None
    price = {(MovementKind.CHURN, "price"): -2, (MovementKind.CHURN, "competitor"): -1}
    return DropCause(
        metric=rule.metric,
        window=stage.window,
        retention=retention,
        before=None,
        drivers=Activity(by_driver=price),
    )


def share_of(change: Change | None) -> Share:
    """The segments in a change."""
    assert change is not None
    return Share(dimension="segment", change=change)


def with_share(details: NoticeDetails, change: Change | None) -> NoticeDetails:
    cause = details.figures.cause
    assert cause is not None
    return with_figures(details, cause=replace(cause, share=share_of(change)))


def sustained(**changes: Any) -> NoticeDetails:  # noqa: ANN401 - fields of MonthFigures
    """The company at 98 % for two months, with what drove it."""
    own: dict[str, Any] = {"drivers": (ACME, GLOBEX, INITECH)}
    details = details_of(SUSTAINED_DROP, DROPPED, **(own | changes))
    return with_share(details, explain(parts(DECEMBER), parts(FEBRUARY)))


def of_one_account(**changes: Any) -> NoticeDetails:  # noqa: ANN401 - fields of MonthFigures
    """A segment that one account alone cost 3.2 points."""
    months = (*steady(), closed("101.2", "96", cost="3.2"))
    driver = replace(ACME, opening=4_000_000, closing=800_000)
    return details_of(SHOCK.over(ENTERPRISE), months, **({"drivers": (driver,)} | changes))


def shocked(**changes: Any) -> NoticeDetails:  # noqa: ANN401 - fields of MonthFigures
    """One month far below what is usual."""
    return details_of(SHOCK, (*steady(), closed("92", "91")), **({"drivers": (GLOBEX,)} | changes))


def below_floor(**changes: Any) -> NoticeDetails:  # noqa: ANN401 - fields of MonthFigures
    """GRR of 88 %."""
    months = (*steady(), closed("99", "88"))
    return details_of(FLOOR, months, **({"drivers": (ACME, GLOBEX)} | changes))


def masked(**changes: Any) -> NoticeDetails:  # noqa: ANN401 - fields of MonthFigures
    """An NRR of 105 % over a GRR of 85 %."""
    months = (*steady(), closed("105", "85"))
    return details_of(MASKING, months, **({"drivers": (ACME, GLOBEX)} | changes))


def barely_masked() -> NoticeDetails:
    """An NRR of 101 % over a GRR of 88 %: below the floor, the gap under fifteen points."""
    return details_of(MASKING, (*steady(), closed("101", "88")))


def against_month_before(kind: RuleKind) -> NoticeDetails:
    """A rule of somebody's own: 3 points, or 3 %, below the month before."""
    rule = AlertRule(rule_id="rule-3", kind=kind, threshold=ratio("3"), scope=ENTERPRISE)
    return details_of(rule, (*steady(), closed("98")))


def reminded() -> NoticeDetails:
    return details_of(SUSTAINED_DROP, (*DROPPED, closed("98.2")), TransitionKind.REMINDER)


def worse() -> NoticeDetails:
    return details_of(SUSTAINED_DROP, (*DROPPED, closed("95.5")), TransitionKind.WORSE)


def recovered() -> NoticeDetails:
    return details_of(SUSTAINED_DROP, (*DROPPED, closed("101.8")), TransitionKind.RESOLVED)


def withdrawn() -> NoticeDetails:
    """What fired in February is restated in March, with no new month."""
    return _restated(SUSTAINED_DROP, TransitionKind.WITHDRAWN)


def rule_changed() -> NoticeDetails:
    """The rule that fired in February asks for ten points since."""
    edited = replace(SUSTAINED_DROP, threshold=Fraction(10, 100), version=2)
    state = _state(SUSTAINED_DROP, DROPPED)
    _, [ended] = _evaluated(edited, series(DROPPED), state, version=99)
    assert ended.kind is TransitionKind.RULE_CHANGED
    return told(edited, DROPPED, ended)


def stale() -> NoticeDetails:
    return details_of(SUSTAINED_DROP, (*DROPPED, None), TransitionKind.STALE)


def failed() -> NoticeDetails:
    _, [error] = record_failure(SUSTAINED_DROP, _state(SUSTAINED_DROP, DROPPED), data_version=99)
    return told(SUSTAINED_DROP, DROPPED, error)


def provisional_drop(rule: AlertRule = SHOCK, **changes: Any) -> NoticeDetails:  # noqa: ANN401 - fields of MonthFigures
    """January 2026 at 92 % with ten days to go, and December the last closed month."""
    months = (*steady(), closed("92", "91"))
    own: dict[str, Any] = {"drivers": (GLOBEX,), "ends": date(2026, 1, 22)}
    return _ahead(details_of(rule, months, **(own | changes)))


def provisional_loss() -> NoticeDetails:
    """One account that cost enterprise 3.2 points in a month that is not closed yet."""
    return _ahead(of_one_account(ends=date(2026, 1, 22)))


def below_level(
    nrr: str = "101.2", grr: str = "99.8", *, window: Window = Window.YEAR
) -> NoticeDetails:
    """Enterprise below a level of somebody's own in each of 24 months, all judged now."""
    rule = below("105", ENTERPRISE, rule_id="rule-3", window=window)
    month_of_it = closed(nrr, grr)
    months = [replace(month_of_it, quarter=month_of_it.retention)] * 24
    _, [fired] = _evaluated(rule, series(months), AlertState(), version=1)
    return told(rule, months, fired)


def snooze_ended() -> NoticeDetails:
    state, today = _state(SUSTAINED_DROP, DROPPED), day_of(len(DROPPED))
    until = shift_months(today.replace(day=1), 1)
    snoozed = snooze(state, until=until, today=today)
    _, [over] = end_snooze(SUSTAINED_DROP, snoozed, today=until)
    return told(SUSTAINED_DROP, DROPPED, over)


def briefing(*notices: NoticeDetails, **changes: Any) -> AlertMessage:  # noqa: ANN401 - fields of AlertMessage
    own: dict[str, Any] = {
        "notices": notices,
        "breakdown": (),
        "more": 0,
        "names_shown": True,
    }
    return AlertMessage(**(own | changes))


def many(name: str = "segment", *, count: int = 12, shown: int = 10) -> AlertMessage:
    """So many alerts as the engine hands them over: ten with a line, the rest counted."""
    others = [
        details_of(rule.over((("segment", f"{name} {number}"),)), months)
        for number in range(count - 1)
        for rule, months in [_OTHERS[number % len(_OTHERS)]]
    ]
    return briefing(sustained(), *others[: shown - 1], more=count - shown)


_OTHERS = [
    (SUSTAINED_DROP, DROPPED),
    (FLOOR, (*steady(), closed("99", "88"))),
    (MASKING, (*steady(), closed("105", "85"))),
    (SHOCK, (*steady(), closed("101.2", "96", cost="3.2"))),
]


def _ahead(details: NoticeDetails) -> NoticeDetails:
    told = replace(details.notice.transition, kind=TransitionKind.PROVISIONAL, episode=0)
    return replace(details, notice=replace(details.notice, transition=told))


def _evaluated(
    rule: AlertRule, known: Series, state: AlertState, *, version: int
) -> tuple[AlertState, tuple[Transition, ...]]:
    today = day_of(len(known.calendar()))
    return evaluate(rule, known, state, data_version=version, today=today)


def _state(rule: AlertRule, months: Sequence[ClosedMonth | None]) -> AlertState:
    state = AlertState()
    for count in range(12, len(months) + 1):
        state, _ = _evaluated(rule, series(months[:count]), state, version=count)
    return state


def _restated(rule: AlertRule, kind: TransitionKind) -> NoticeDetails:
    months = (*DROPPED[:-1], closed("101.5"))
    _, news = _evaluated(rule, series(months), _state(rule, DROPPED), version=99)
    [ended] = [one for one in news if one.kind is kind]
    return told(rule, months, ended)

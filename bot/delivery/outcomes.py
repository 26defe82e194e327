"""What becomes of a claimed message, decided without asking anybody: times, attempts, states."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.delivery.verdicts import MISSING_SCOPE, PostVerdict, Ruling
from storage.delivery.outbox import Claim, Outcome, State

MOST_ATTEMPTS = 8
LOOK_AFTER = timedelta(seconds=10)
"""How long Slack gets to show in history what it has taken, and between two looks."""
CLEAN_LOOKS = 2
"""How often history must not hold a message before it is posted again."""
WAIT = timedelta(seconds=30)
"""Until the next attempt where Slack was not reached at all."""
FIRST_BACK_OFF = timedelta(seconds=10)
LONGEST_BACK_OFF = timedelta(minutes=5)
STALE_AFTER = timedelta(hours=48)
SPREAD = 10
"""Into how many tenths of a second those who wait for the same moment are spread."""

DIGEST = "digest"
ALERT = "alert"
NOTICE = "notice"
"""What is said about messages; it holds no figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How a claim ends, and what that means for others.

    Attributes
    ----------
    is_told : bool
        Whether the owner is told.
    suspends : bool
        Whether the subscription is suspended.
    trips : bool
        Whether Slack refused the bot itself, so that nothing more is sent for now.
    result : str
        What came of the post, for the meter; empty where nothing was posted.
    """

    outcome: Outcome
    is_told: bool = False
    suspends: bool = False
    trips: bool = False
    result: str = ""


def is_exhausted(claim: Claim) -> bool:
    """Tell whether a message has had all its attempts."""
    return claim.attempts > MOST_ATTEMPTS


def is_stale(claim: Claim, *, now: datetime) -> bool:
    """Tell whether a digest comes too late to be worth reading."""
    return claim.kind == DIGEST and now - claim.due_at > STALE_AFTER


def back_off(claim: Claim) -> timedelta:
    """Return how long to wait after a failure that counts: twice as long each time."""
    doublings = min(max(claim.attempts - 1, 0), MOST_ATTEMPTS)
    return min(FIRST_BACK_OFF * (1 << doublings), LONGEST_BACK_OFF)


def sent(*, channel_id: str, ts: str) -> Settlement:
    """Return how a claim ends when Slack has the message."""
    outcome = Outcome(state=State.SENT, slack_channel_id=channel_id, slack_ts=ts)
    return Settlement(outcome=outcome)


def dead(code: str, *, suspends: bool = False) -> Settlement:
    """Return how one ends that will never be sent; its owner is told."""
    return Settlement(
        outcome=Outcome(state=State.DEAD, error=code), is_told=True, suspends=suspends
    )


def skipped() -> Settlement:
    """Return how one ends that was not sent in time."""
    return Settlement(outcome=Outcome(state=State.SKIPPED_STALE, error="stale"), is_told=True)


def called_off(code: str) -> Settlement:
    """Return how one ends whose subscription does not want it any more."""
    return Settlement(outcome=Outcome(state=State.SUSPENDED, error=code))


def put_off(claim: Claim, verdict: PostVerdict, *, now: datetime) -> Settlement:
    """Return how one waits that Slack has not got: it is in no doubt.

    An answer in a word that we do not know counts, or one that stays would be waited for for ever.
    """
    spread = timedelta(seconds=claim.id % SPREAD / 10)
    wait = {
        Ruling.RATE_LIMITED: timedelta(seconds=verdict.wait_seconds) + spread,
        Ruling.GLOBAL: timedelta(),
    }.get(verdict.ruling, back_off(claim) if verdict.is_surprise else WAIT + spread)
    outcome = Outcome(
        state=State.SENT if claim.state is State.SENT else State.PENDING,
        not_before=now + wait,
        error=verdict.code,
        is_counted=verdict.is_surprise,
    )
    return Settlement(outcome=outcome, trips=verdict.ruling is Ruling.GLOBAL)


def released(*, now: datetime) -> Settlement:
    """Return how one waits that was not posted, because too little was left of its claim."""
    outcome = Outcome(state=State.PENDING, not_before=now, error="slow", is_counted=False)
    return Settlement(outcome=outcome)


def failed(claim: Claim, *, now: datetime) -> Settlement:
    """Return how one waits when something of ours broke before it was posted."""
    if claim.state is State.SENDING and is_exhausted(claim):
        return needs_attention("failed") if claim.is_in_doubt else dead("failed")
    waiting = State.UNKNOWN if claim.is_in_doubt else State.PENDING
    outcome = Outcome(
        state=State.SENT if claim.state is State.SENT else waiting,
        not_before=now + back_off(claim),
        error="failed",
        is_in_doubt=claim.is_in_doubt,
        clean_looks=claim.clean_looks,
    )
    return Settlement(outcome=outcome)


def needs_attention(code: str) -> Settlement:
    """Return how one ends when only a person can say whether it is there."""
    outcome = Outcome(state=State.NEEDS_ATTENTION, error=code, is_in_doubt=True)
    return Settlement(outcome=outcome, is_told=True)


def still_in_doubt(settlement: Settlement) -> Settlement:
    """Return what was decided about a repetition, which does not tell about the first post."""
    if settlement.outcome.state is not State.PENDING:
        return settlement
    outcome = replace(settlement.outcome, state=State.UNKNOWN, is_in_doubt=True)
    return replace(settlement, outcome=outcome)


def after_refusal(claim: Claim, verdict: PostVerdict, *, now: datetime) -> Settlement:
    """Return what follows when Slack did not say yes, whatever the form of the blocks."""
    match verdict.ruling:
        case Ruling.CONTENT:
            return dead(verdict.code)
        case Ruling.TARGET:
            return dead(verdict.code, suspends=True)
        case Ruling.AMBIGUOUS:
            return in_doubt(verdict.code, not_before=now + LOOK_AFTER)
        case _:
            return put_off(claim, verdict, now=now)


def after_denial(claim: Claim, verdict: PostVerdict, *, now: datetime) -> Settlement:
    """Return what follows when it may not be sent, or nobody could say whether it may."""
    if verdict.ruling is Ruling.TARGET:
        return dead(verdict.code, suspends=True)
    return put_off(claim, verdict, now=now)


def in_doubt(
    code: str, *, not_before: datetime, is_counted: bool = True, clean_looks: int = 0
) -> Settlement:
    """Return how one waits that Slack may have: history is read before anything else."""
    outcome = Outcome(
        state=State.UNKNOWN,
        not_before=not_before,
        error=code,
        is_counted=is_counted,
        is_in_doubt=True,
        clean_looks=clean_looks,
    )
    return Settlement(outcome=outcome)


def before_look(claim: Claim, *, now: datetime) -> Settlement | None:
    """Return how one waits until Slack shows what it has taken; None once it is time to look."""
    if claim.last_attempt_at is None or now - claim.last_attempt_at >= LOOK_AFTER:
        return None
    return in_doubt(
        "too_soon", not_before=now + LOOK_AFTER, is_counted=False, clean_looks=claim.clean_looks
    )


def after_clean_look(claim: Claim, *, now: datetime) -> Settlement | None:
    """Return how one waits that history does not hold; None once it may be posted again."""
    looks = claim.clean_looks + 1
    if looks >= CLEAN_LOOKS:
        return None
    return in_doubt("not_found", not_before=now + LOOK_AFTER, is_counted=False, clean_looks=looks)


def after_failed_look(claim: Claim, verdict: PostVerdict, *, now: datetime) -> Settlement | None:
    """Return what follows when history could not be read; None where saying it twice is better.

    A digest is never posted blind: after its last look its owner is told that it may be there. An
    alert is, once, and says of itself that it may repeat.
    """
    if verdict.ruling is Ruling.GLOBAL and verdict.code != MISSING_SCOPE:
        waiting = in_doubt(verdict.code, not_before=now, is_counted=False)
        return replace(waiting, trips=True)
    if verdict.ruling is Ruling.RATE_LIMITED:
        wait = timedelta(seconds=verdict.wait_seconds)
        return in_doubt(verdict.code, not_before=now + wait, is_counted=False)
    if not is_exhausted(claim):
        return in_doubt(verdict.code, not_before=now + back_off(claim))
    if claim.kind == ALERT and claim.attempts == MOST_ATTEMPTS + 1:
        return None
    return needs_attention(verdict.code)

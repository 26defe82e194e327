"""Decides, without asking anybody, how a claim ends: its state, its next attempt, who is told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.delivery.verdicts import MISSING_SCOPE, NO_THREAD, PostVerdict, Ruling
from metrics.schedules import WeeklySchedule, next_due
from storage.delivery.circuit import NO_ANSWER
from storage.delivery.parcels import Claim, Doubt, Location, Outcome, Parcel, Retry, State

MOST_ATTEMPTS = 8
LOOK_AFTER = timedelta(seconds=10)  # history shows a post late: also the time between two looks
LEASE_LEFT = timedelta(seconds=60)  # of 120: before each post or update
POST_TIMEOUT = timedelta(seconds=20)  # a third of what must be left of a claim before each post
CLEAN_LOOKS = 2  # history must not hold a message so often before it is posted again
WAIT = timedelta(seconds=30)  # Slack was not reached at all: soon is early enough
FIRST_BACK_OFF = timedelta(seconds=10)
LONGEST_BACK_OFF = timedelta(minutes=15)
BLIND_AFTER = 6  # failed looks in a row, 20 minutes in all: then an alert is repeated blind
DIGEST_STALE_AFTER = timedelta(hours=48)
PATIENCE = timedelta(hours=48)
PATIENCE_WITH_NOTICES = timedelta(days=16)  # what they are about may be tried for two weeks itself
MOST_FAILED_UPDATES = 200  # as many of the longest back off are two days
SPREAD = 10  # tenths of a second: those who wait for the same moment do not all come at once

DIGEST = "digest"
THREAD = "thread"  # what stands under a digest
ALERT = "alert"
RESTATEMENT = "restatement"  # tells a channel that figures which it was shown have changed
OF_A_WEEK = frozenset({DIGEST, THREAD})  # what is worth nothing once the next one is due
EXPORT = "export"  # a file for the person who asked for it, with single accounts
BOARD = "board"  # such a file without any
QUALITY = "quality"  # tells administrators what got worse in the data
NOTICE = "notice"  # tells of other messages, and holds no figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The outcome of a claim, and what follows from it for others."""

    outcome: Outcome
    notifies_owner: bool = False  # and the administrators' channel, if there is one
    suspends: bool = False  # the subscription is suspended
    trips: bool = False  # Slack refused the bot itself: nothing more is sent for now
    result: str = ""  # one word for the meter; empty where nothing was posted


def is_exhausted(claim: Claim) -> bool:
    """Tell whether a message has had all its attempts."""
    return claim.attempts.count > MOST_ATTEMPTS  # a claim counts itself


def stale_at(parcel: Parcel) -> datetime:
    """Compute until when a message is tried; a digest of a subscription: `digest_stale_at`."""
    patience = PATIENCE_WITH_NOTICES if parcel.kind == NOTICE else PATIENCE
    return parcel.due_at + patience


def digest_stale_at(due_at: datetime, schedules: Sequence[WeeklySchedule]) -> datetime:
    """Compute until when a week's digest is worth sending: until the next is due, or two days."""
    return max(due_at + PATIENCE, next_due(schedules, now=due_at).due_at)


def back_off(claim: Claim) -> timedelta:
    """Return the wait after a failure: twice as long each time, and for each message another."""
    doublings = claim.attempts.count - 1 + claim.attempts.failures
    wait = min(FIRST_BACK_OFF * (1 << min(max(doublings, 0), MOST_ATTEMPTS)), LONGEST_BACK_OFF)
    return wait + wait / 5 * (claim.lease.row_id % SPREAD) / SPREAD


def sent(location: Location) -> Settlement:
    """Settle a claim as sent: Slack has the message."""
    return Settlement(outcome=Outcome(state=State.SENT, location=location))


def dead(code: str, *, suspends: bool = False) -> Settlement:
    """Settle a claim as dead: it will never be sent, and its owner is told."""
    outcome = Outcome(state=State.DEAD, error=code)
    return Settlement(outcome=outcome, notifies_owner=True, suspends=suspends)


def skipped() -> Settlement:
    """Settle a claim as stale: it was not sent in time."""
    outcome = Outcome(state=State.SKIPPED_STALE, error="stale")
    return Settlement(outcome=outcome, notifies_owner=True)


def too_late(claim: Claim) -> Settlement:
    """Settle a stale claim that Slack surely has not got, however often it was sent."""
    if claim.parcel.kind == THREAD:
        return left_out("stale")  # the digest itself is there
    return skipped() if claim.parcel.kind == DIGEST else dead(NO_ANSWER)


def left_out(code: str) -> Settlement:
    """Settle a claim on what is not missed: the message above it is there, or taken back."""
    return Settlement(outcome=Outcome(state=State.SKIPPED_STALE, error=code))


def called_off(code: str) -> Settlement:
    """Settle a claim as suspended: its subscription does not want it any more."""
    return Settlement(outcome=Outcome(state=State.SUSPENDED, error=code))


def put_off(claim: Claim, verdict: PostVerdict, *, now: datetime) -> Settlement:
    """Settle a claim as waiting: Slack surely has not got the message."""
    spread = timedelta(seconds=claim.lease.row_id % SPREAD / 10)
    wait = {
        Ruling.RATE_LIMITED: timedelta(seconds=verdict.wait_seconds) + spread,
        Ruling.GLOBAL: timedelta(),  # the breaker is what waits
    }.get(verdict.ruling, back_off(claim) if verdict.is_surprise else WAIT + spread)
    outcome = Outcome(
        state=State.SENT if claim.state is State.SENT else State.PENDING,
        error=verdict.code,
        # a word that we do not know may stay: without counting it is waited for for ever
        retry=Retry(not_before=now + wait, is_counted=verdict.is_surprise),
    )
    return Settlement(outcome=outcome, trips=verdict.ruling is Ruling.GLOBAL)


def released(*, now: datetime) -> Settlement:
    """Settle a claim as waiting: it was not posted, because its lease was nearly over."""
    retry = Retry(not_before=now, is_counted=False)
    return Settlement(outcome=Outcome(state=State.PENDING, error="slow", retry=retry))


def failed(claim: Claim, *, now: datetime) -> Settlement:
    """Settle a claim in which something of ours broke before the post; its doubt stays."""
    if claim.state is State.SENDING and is_exhausted(claim):
        return needs_attention("failed") if claim.doubt else dead("failed")
    waiting = State.UNKNOWN if claim.doubt else State.PENDING
    outcome = Outcome(
        state=State.SENT if claim.state is State.SENT else waiting,
        error="failed",
        retry=Retry(not_before=now + back_off(claim)),
        doubt=claim.doubt,
    )
    return Settlement(outcome=outcome)


def needs_attention(code: str) -> Settlement:
    """Settle a claim as unclear: only a person can say whether the message is there."""
    outcome = Outcome(state=State.NEEDS_ATTENTION, error=code, doubt=Doubt())
    return Settlement(outcome=outcome, notifies_owner=True)


def still_in_doubt(settlement: Settlement, claim: Claim) -> Settlement:
    """Keep the first post in doubt where its blind repetition is put off, or in doubt as well."""
    looks = claim.doubt.failed_looks if claim.doubt else 0
    match settlement.outcome.state:
        case State.PENDING:
            doubt = Doubt(failed_looks=looks)
        case State.UNKNOWN:
            doubt = Doubt(failed_looks=looks + 1)  # so that it is the only one
        case _:
            return settlement
    outcome = replace(settlement.outcome, state=State.UNKNOWN, doubt=doubt)
    return replace(settlement, outcome=outcome)


def after_refusal(claim: Claim, verdict: PostVerdict, *, now: datetime) -> Settlement:
    """Settle a claim whose post Slack refused in every variant, or did not answer."""
    if verdict.code in NO_THREAD:
        return left_out(verdict.code)
    match verdict.ruling:
        case Ruling.CONTENT:
            return dead(verdict.code)
        case Ruling.TARGET:
            return dead(verdict.code, suspends=True)
        case Ruling.AMBIGUOUS:
            # no attempt: either it is found, or two looks show that Slack has not got it
            wait = back_off(claim)
            return in_doubt(
                verdict.code, Retry(not_before=now + wait, is_counted=False, is_failure=True)
            )
        case _:
            return put_off(claim, verdict, now=now)


def after_denial(claim: Claim, verdict: PostVerdict, *, now: datetime) -> Settlement:
    """Settle a claim that may not be sent, or of which nobody could say whether it may."""
    if not verdict.is_final:
        return put_off(claim, verdict, now=now)
    if claim.state is State.SENT:
        return left_as_it_is(claim, verdict.code)
    return dead(verdict.code, suspends=True)


def left_as_it_is(claim: Claim, code: str) -> Settlement:
    """Settle a posted message whose readers may not see any more of it: it is not updated."""
    dropped = "unavailable" if claim.picture_state == "wanted" else None
    outcome = Outcome(state=State.SENT, error=code, picture_state=dropped, update=claim.update)
    return Settlement(outcome=outcome, notifies_owner=True, suspends=True)


def updated(claim: Claim, *, pictures: str) -> Settlement:
    """Settle a posted message that says what there is to say, with its pictures or without."""
    state = pictures if claim.picture_state == "wanted" else None
    return Settlement(outcome=Outcome(state=State.SENT, picture_state=state, update=claim.update))


def update_put_off(claim: Claim, code: str, *, now: datetime) -> Settlement:
    """Put an update off of which Slack said nothing clear; after two days it is given up."""
    if claim.attempts.failures >= MOST_FAILED_UPDATES:
        return updated(claim, pictures="unavailable")
    retry = Retry(not_before=now + back_off(claim), is_counted=False, is_failure=True)
    return Settlement(outcome=Outcome(state=State.SENT, error=code, retry=retry))


def in_doubt(code: str, retry: Retry, doubt: Doubt | None = None) -> Settlement:
    """Settle a claim as in doubt: history is read before anything else is done."""
    outcome = Outcome(state=State.UNKNOWN, error=code, retry=retry, doubt=doubt or Doubt())
    return Settlement(outcome=outcome)


def before_look(claim: Claim, *, slack_now: datetime, now: datetime) -> Settlement | None:
    """Put off a look until Slack shows the newest posts; None once it is time to look.

    By Slack's clock, because whoever posted or looked last may have another than this one.
    """
    last_at = claim.attempts.last_call_at
    if last_at is None or last_at - slack_now > LOOK_AFTER:  # Slack's clock is not set back
        return None
    is_abandoned = claim.doubt is not None and claim.doubt.is_abandoned
    wait = last_at + LOOK_AFTER + POST_TIMEOUT * is_abandoned - slack_now
    if wait <= timedelta():
        return None
    return in_doubt("too_soon", Retry(not_before=now + wait, is_counted=False), claim.doubt)


def after_clean_look(claim: Claim, *, now: datetime) -> Settlement | None:
    """Count a look that found nothing; None once the message may be posted again."""
    looks = (claim.doubt.clean_looks if claim.doubt else 0) + 1
    if looks >= CLEAN_LOOKS:
        return None
    retry = Retry(not_before=now + LOOK_AFTER, is_counted=False)
    return in_doubt("not_found", retry, Doubt(looks))


def after_failed_look(
    claim: Claim, verdict: PostVerdict, *, now: datetime, is_stale: bool
) -> Settlement | None:
    """Settle a claim whose history could not be read; None where saying it twice is better."""
    looks = claim.doubt.failed_looks if claim.doubt else 0
    if verdict.code in NO_THREAD:
        return left_out(verdict.code)
    if verdict.ruling is Ruling.GLOBAL and verdict.code != MISSING_SCOPE:
        waiting = in_doubt(verdict.code, Retry(not_before=now, is_counted=False), claim.doubt)
        return replace(waiting, trips=True)
    if verdict.ruling is Ruling.RATE_LIMITED:
        wait = timedelta(seconds=verdict.wait_seconds)
        return in_doubt(
            verdict.code, Retry(not_before=now + wait, is_counted=False), Doubt(0, looks)
        )
    # an alert is posted blind, once, and says that it may repeat; a digest never is
    if claim.parcel.kind == ALERT and looks == BLIND_AFTER:
        return None
    if is_stale or is_exhausted(claim):
        return needs_attention(verdict.code)
    # what Slack says in so many words does not mend itself: that is not waited for for days
    is_said = verdict.is_final or verdict.is_surprise or verdict.code == MISSING_SCOPE
    retry = Retry(not_before=now + back_off(claim), is_counted=is_said, is_failure=not is_said)
    return in_doubt(verdict.code, retry, Doubt(failed_looks=looks + 1))

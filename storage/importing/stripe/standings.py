"""Standing of a term as its subscription's snapshots tell it: trial, failure, pause and end."""

from dataclasses import replace
from datetime import date

from metrics.contracts.terms import LONGEST_PAST_DUE, Term, TermCourse, TermStatus
from metrics.period_grammar import ONE_DAY
from storage.importing.stripe.snapshots import PayState, Snapshot

_ASKED_FOR = "cancellation_requested"
FAILED = "payment_failed"
"""Reason for which Stripe ends a subscription itself."""


def with_standing(term: Term, now: Snapshot) -> Term:
    """Say of a term that runs how its subscription stands."""
    course, ends = _after_trial(term, now), now.ending.last
    since, status = course.past_due_since, course.status
    if now.standing is PayState.UNPAID:
        since, status = since or now.failed or now.day, TermStatus.PAST_DUE
    elif now.standing is PayState.PAID:
        since, status = None, TermStatus.ACTIVE
    course = replace(course, status=status, past_due_since=since, cancelled_on=now.ending.notice)
    last = min((day for day in (term.last, ends) if day is not None), default=None)
    return _with_pause(
        replace(term, course=course, last=None if last is None else max(last, term.start)), now
    )


def goes_on(term: Term, now: Snapshot) -> bool:
    """Tell whether a term can go on, rather than begin anew: free of charge, or after a loss."""
    if now.standing is PayState.FREE:
        trial = term.course.trial_last
        return term.course.status is TermStatus.TRIAL or (trial is not None and trial >= now.day)
    return now.standing is not PayState.PAID or not is_lost(term, now.day)


def is_lost(term: Term, day: date) -> bool:
    """Tell whether payments of a term had failed for too long by a day."""
    since = term.course.past_due_since
    return since is not None and day >= since + LONGEST_PAST_DUE


def is_open_pause(course: TermCourse) -> bool:
    """Tell whether a pause goes on without a known end."""
    return course.paused_on is not None and course.resumed_on is None


def pauses_again(term: Term, now: Snapshot) -> bool:
    """Tell whether a pause begins after another one of the term: each term has but one."""
    resumed = term.course.resumed_on
    return now.paused and resumed is not None and resumed <= now.day


def carried(term: Term, day: date) -> TermCourse:
    """Keep of a term what goes on in the one that takes its place on a day."""
    course = term.course
    if is_lost(term, day) or course.status is TermStatus.CANCELLED:
        return TermCourse()
    is_paused = course.resumed_on is None or course.resumed_on > day
    return replace(
        course,
        paused_on=course.paused_on if is_paused else None,
        resumed_on=course.resumed_on if is_paused else None,
        cancelled_on=None,
    )


def closed(term: Term, now: Snapshot, last: date) -> Term:
    """End a term whose place another one takes, or which the subscription has no more."""
    course = replace(term.course, cancelled_on=None)
    if now.standing is PayState.UNPAID and not is_open_pause(course):
        since = course.past_due_since or now.failed or now.day
        course = replace(course, status=TermStatus.PAST_DUE, past_due_since=since)
    return replace(term, last=max(last, term.start), course=_without_later_pause(course, last))


def ended(term: Term, now: Snapshot) -> Term:
    """End a term with its subscription: at the last paid day, or for failed payments."""
    course = replace(term.course, cancelled_on=now.ending.notice or now.day)
    last = max(now.ending.last or now.day, term.start)
    has_failed = course.status is TermStatus.PAST_DUE and now.ending.reason != _ASKED_FOR
    if has_failed or now.ending.reason == FAILED:
        since = course.past_due_since or now.failed or last
        course = replace(course, status=TermStatus.PAST_DUE, past_due_since=since)
    elif course.status is not TermStatus.TRIAL:
        course = replace(course, status=TermStatus.CANCELLED, past_due_since=None)
    return replace(term, last=last, course=_without_later_pause(course, last))


def _without_later_pause(course: TermCourse, last: date) -> TermCourse:
    if course.paused_on is not None and course.paused_on > last:
        status = TermStatus.ACTIVE if course.status is TermStatus.PAUSED else course.status
        return replace(course, paused_on=None, resumed_on=None, status=status)
    return course


def _after_trial(term: Term, now: Snapshot) -> TermCourse:
    course, last = term.course, now.trial_last
    if now.standing is PayState.FREE:
        return replace(course, status=TermStatus.TRIAL, trial_last=last)
    if course.status is TermStatus.TRIAL:
        if course.trial_last is None or last is None:  # it went on without an end
            last = now.day - ONE_DAY
        course = replace(course, status=TermStatus.ACTIVE, trial_last=last)
    elif last is not None and last >= term.start:
        course = replace(course, trial_last=last)
    is_over = course.trial_last is not None and course.trial_last < term.start
    return replace(course, trial_last=None) if is_over else course


def _with_pause(term: Term, now: Snapshot) -> Term:
    """Pause a term from the first unpaid day until the first one that is paid again.

    A pause that is over before what was paid runs out is none.
    """
    course = term.course
    paused, resumed = course.paused_on, course.resumed_on
    if now.paused:
        paused = now.renews if paused is None or paused > now.day else paused
        resumed = now.resumes
    elif paused is not None and (resumed is None or resumed > now.day):
        back = now.resumes or now.renews
        resumed = back if resumed is None else min(resumed, back)
    if paused is None or (resumed is not None and resumed <= paused):
        paused = resumed = None
    status = course.status
    if status in (TermStatus.ACTIVE, TermStatus.PAUSED):
        is_open = paused is not None and resumed is None
        status = TermStatus.PAUSED if is_open else TermStatus.ACTIVE
    course = replace(course, status=status, paused_on=paused, resumed_on=resumed)
    return replace(term, course=course)

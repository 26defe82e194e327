"""Notices of alerts: each is recorded once, with the message in the outbox that tells it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import and_, delete, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from metrics.alerts.grouping import EpisodeKey, Notice
from metrics.alerts.rules import Window
from metrics.alerts.states import AlertId, Transition, TransitionKind
from metrics.alerts.verdicts import Half, Verdict
from metrics.rollup import Scope
from storage.alerts.rules import list_records
from storage.delivery import outbox
from storage.delivery.parcels import Parcel
from storage.errors import AlreadyToldError
from storage.store.statements import insert_new
from storage.tables.alerts import (
    AlertAnnouncedRow,
    AlertEvaluationRow,
    AlertNoticeRow,
    AlertStateRow,
    AlertTransitionRow,
)
from storage.tables.ratios import read_ratio_text
from storage.tables.scopes import read_scope_text

_NEWS = frozenset(
    {
        TransitionKind.FIRED,
        TransitionKind.RESOLVED,
        TransitionKind.WITHDRAWN,
        TransitionKind.LISTED,
        TransitionKind.INSUFFICIENT,
    }
)


def to_notify(session: Session) -> dict[int, Transition]:
    """Return the transitions that are still to be told, by their number, the oldest first.

    Provisional ones are among them, though nobody is told of them by that: see `provisional_now`.
    """
    row = AlertTransitionRow
    is_done = exists().where(col(AlertAnnouncedRow.transition_id) == col(row.id))
    found = session.scalars(select(row).where(~is_done).order_by(col(row.id)))
    return {one.id or 0: _read(one) for one in found}


def provisional_now(session: Session) -> dict[str, list[Transition]]:
    """Return the provisional transitions of the newest evaluation of each alert, by fingerprint.

    An older one is of figures, or of a rule, that are no more.
    """
    row, state, done = AlertTransitionRow, AlertStateRow, AlertEvaluationRow
    newest = (
        select(func.max(col(done.rule_version)))
        .where(col(done.fingerprint) == col(row.fingerprint))
        .where(col(done.data_version) == col(row.data_version))
        .scalar_subquery()
    )
    statement = (
        select(row)
        .join(state, col(state.fingerprint) == col(row.fingerprint))
        .where(col(row.kind) == TransitionKind.PROVISIONAL)
        .where(col(row.data_version) == col(state.data_version))
        .where(col(row.rule_version) == newest)
        .order_by(col(row.period), col(row.id))
    )
    found: defaultdict[str, list[Transition]] = defaultdict(list)
    for one in session.scalars(statement):
        found[one.fingerprint].append(_read(one))
    return dict(found)


def news_between(session: Session, since: datetime, until: datetime) -> list[Transition]:
    """Return the transitions that digests tell, evaluated from ``since`` until before ``until``.

    They are alerts that fired or ended, late news and segments that are too small, the oldest
    first.
    """
    row = AlertTransitionRow
    statement = (
        select(row)
        .where(col(row.kind).in_(_NEWS))
        .where(col(row.at) >= since, col(row.at) < until)
        .order_by(col(row.id))
    )
    return [_read(one) for one in session.scalars(statement)]


def notified_recipients(session: Session) -> dict[EpisodeKey, set[str]]:
    """Return the recipients who have had the firing notice of each episode."""
    row = AlertNoticeRow
    statement = select(col(row.fingerprint), col(row.episode), col(row.recipient_id)).where(
        col(row.kind) == TransitionKind.FIRED
    )
    told: defaultdict[EpisodeKey, set[str]] = defaultdict(set)
    for fingerprint, episode, recipient in session.execute(statement):
        told[fingerprint, episode].add(recipient)
    return dict(told)


def known_notices(session: Session, keys: Iterable[str]) -> set[str]:
    """Return the keys of the notices that were told already."""
    known = col(AlertNoticeRow.dedupe_key)
    wanted = sorted(keys)
    return set(session.scalars(select(known).where(known.in_(wanted)))) if wanted else set()


def enqueue(
    session: Session,
    messages: Iterable[tuple[Parcel, Iterable[Notice]]],
    *,
    notified: Iterable[int],
    now: datetime,
) -> None:
    """Enqueue messages, and record the notices in them; all is committed, or nothing.

    Parameters
    ----------
    notified : iterable of int
        The numbers of the transitions whose recipients have all been notified by it.

    Raises
    ------
    AlreadyToldError
        If another process told one of the notices meanwhile: nothing may be committed then.
    """
    for parcel, notices in messages:
        for notice in notices:
            _note(session, notice, parcel.dedupe_key, now=now)
        outbox.enqueue(session, parcel, now=now)
    for number in notified:
        insert_new(session, AlertAnnouncedRow, transition_id=number)  # twice is as good as once


def fingerprints_beside(
    session: Session, episode: EpisodeKey, recipients: Collection[str]
) -> set[str]:
    """Return the fingerprints of all that recipients were told in one message with an episode."""
    row, other = AlertNoticeRow, aliased(AlertNoticeRow)
    statement = (
        select(col(other.fingerprint))
        .join(row, col(row.outbox_key) == col(other.outbox_key))
        .where(
            col(row.fingerprint) == episode[0],
            col(row.episode) == episode[1],
            col(row.recipient_id).in_(recipients),
        )
    )
    return set(session.scalars(statement))


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """A notice in a message: its alert, the scope of its figures, the owner of its rule."""

    fingerprint: str
    scope: Scope
    owner_id: str | None


def lines_in(session: Session, outbox_key: str) -> tuple[NoticeLine, ...]:
    """Return the lines of a message; a default rule, and one that is removed, has no owner."""
    notice, state = AlertNoticeRow, AlertStateRow
    statement = (
        select(col(notice.fingerprint), col(notice.rule_id), col(state.scope))
        .join(state, col(notice.fingerprint) == col(state.fingerprint))
        .where(col(notice.outbox_key) == outbox_key)
        .order_by(col(notice.dedupe_key))
    )
    owners = {record.rule.rule_id: record.owner_id for record in list_records(session)}
    return tuple(
        NoticeLine(
            fingerprint=fingerprint, scope=read_scope_text(scope), owner_id=owners.get(rule_id)
        )
        for fingerprint, rule_id, scope in session.execute(statement)
    )


def rule_owners(session: Session, outbox_key: str) -> tuple[str, ...]:
    """Return the owners of the rules that a message tells of; a default rule has none."""
    owners = (line.owner_id for line in lines_in(session, outbox_key))
    return tuple(dict.fromkeys(owner for owner in owners if owner is not None))


def told_in(session: Session, outbox_key: str) -> list[Transition]:
    """Return the transitions that a message tells of."""
    row, notice = AlertTransitionRow, AlertNoticeRow
    statement = (
        select(row, col(notice.dedupe_key), col(notice.recipient_id))
        .join(
            notice,
            and_(
                col(notice.fingerprint) == col(row.fingerprint),
                col(notice.episode) == col(row.episode),
                col(notice.kind) == col(row.kind),
                col(notice.n) == col(row.n),
            ),
        )
        .where(col(notice.outbox_key) == outbox_key)
        .order_by(col(row.id))
    )
    found: dict[str, Transition] = {}
    for one, key, recipient_id in session.execute(statement):
        transition = _read(one)
        if transition.dedupe_key(recipient_id) == key:
            found[key] = transition  # of two versions of a rule the newer one counts
    return list(found.values())


def withdraw(session: Session, outbox_key: str, *, but: Collection[str]) -> None:
    """Forget the notices that have left a message: who hears nothing was not told of them.

    ``but`` are the fingerprints of the alerts that it still tells of.
    """
    session.execute(
        delete(AlertNoticeRow).where(
            col(AlertNoticeRow.outbox_key) == outbox_key,
            col(AlertNoticeRow.fingerprint).not_in(sorted(but)),
        )
    )


def _note(session: Session, notice: Notice, outbox_key: str, *, now: datetime) -> None:
    change = notice.transition
    key = insert_new(
        session,
        AlertNoticeRow,
        dedupe_key=notice.dedupe_key,
        fingerprint=change.alert.fingerprint,
        rule_id=change.alert.rule_id,
        kind=change.kind,
        recipient_id=notice.recipient_id,
        episode=change.episode,
        n=change.n,
        outbox_key=outbox_key,
        at=now,
    )
    if key is None:  # the primary key decides the race, on either kind of store
        raise AlreadyToldError


def _read(row: AlertTransitionRow) -> Transition:
    return Transition(
        kind=TransitionKind(row.kind),
        alert=AlertId(
            fingerprint=row.fingerprint, rule_id=row.rule_id, scope=read_scope_text(row.scope)
        ),
        episode=row.episode,
        n=row.n,
        period=row.period,
        verdict=_verdict(row),
    )


def _verdict(row: AlertTransitionRow) -> Verdict | None:
    if row.value is None:
        return None
    # Whether it breached is not stored: the kind of the transition says it.
    return Verdict(
        value=Fraction(row.value),
        baseline=read_ratio_text(row.baseline),
        threshold=read_ratio_text(row.threshold),
        account=row.account,
        deviation=read_ratio_text(row.deviation),
        window=Window(row.window),
        half=Half(row.half) if row.half else None,
    )

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from storage.access import audit
from storage.access.audit import own_entry
from storage.channels.moves import move_channel
from storage.channels.posted_figures import PostedFigure, last_shown, remember
from storage.channels.posts import DELETED
from storage.delivery.parcels import State
from storage.store.engine import Store
from tests.storage.parcels import NOON, finish, parcel, put, taken
from tests.storage.posted import shown_in

SMB_GOLD = (("segment", "smb"), ("plan", "gold"))
OCTOBER = shown_in(date(2026, 10, 1), Fraction(203, 200), scope=SMB_GOLD, data_version=3)
LATER = replace(OCTOBER, nrr=Fraction(99, 100), data_version=4)


def show(
    store: Store, *figures: PostedFigure, channel_id: str = "C1", key: str | None = None
) -> None:
    with store.write(ledger=False) as session:
        remember(session, channel_id, figures, outbox_key=key, now=NOON)


def shown(store: Store, channel_id: str | None = None) -> list[tuple[str, Fraction | None]]:
    with store.read() as session:
        return [(one.channel_id, one.figure.nrr) for one in last_shown(session, channel_id)]


def test_a_figure_comes_back_as_exact_as_it_was_posted(store: Store) -> None:
    show(store, OCTOBER)

    with store.read() as session:
        [found] = last_shown(session)

    assert found.figure == replace(OCTOBER, scope=(("plan", "gold"), ("segment", "smb")))


def test_of_one_scope_and_period_the_newest_counts_in_each_channel(store: Store) -> None:
    show(store, OCTOBER)
    show(store, OCTOBER, channel_id="C2")
    show(store, replace(LATER, scope=OCTOBER.scope[::-1]))

    assert shown(store) == [("C2", OCTOBER.nrr), ("C1", LATER.nrr)]
    assert shown(store, "C2") == [("C2", OCTOBER.nrr)]


def test_a_period_to_date_is_one_figure_however_far_it_has_got(store: Store) -> None:
    to_date = replace(OCTOBER, label="2026-Q4 to date", end=date(2026, 10, 15))
    show(store, to_date)
    show(store, replace(to_date, nrr=LATER.nrr, end=date(2026, 10, 22)))
    show(store, OCTOBER)

    assert shown(store) == [("C1", LATER.nrr), ("C1", OCTOBER.nrr)]


@pytest.mark.parametrize(
    ("state", "is_shown"),
    [
        (State.SENT, True),
        (State.NEEDS_ATTENTION, True),
        (State.DEAD, False),
        (State.SUSPENDED, False),
        (State.SKIPPED_STALE, False),
    ],
)
def test_a_figure_counts_unless_its_message_is_never_sent(
    store: Store, state: State, *, is_shown: bool
) -> None:
    show(store, OCTOBER)
    put(store, parcel("k1"))
    show(store, LATER, key="k1")
    waiting = shown(store)

    finish(store, taken(store), state)

    assert waiting == [("C1", LATER.nrr)]  # on its way: it is not said a second time
    assert shown(store) == [("C1", LATER.nrr if is_shown else OCTOBER.nrr)]


def test_figures_of_deleted_posts_are_forgotten(store: Store) -> None:
    show(store, OCTOBER)
    show(store, OCTOBER, channel_id="C2")
    gone = own_entry(DELETED, team_id="T1", channel_id="C1", at=NOON + timedelta(minutes=1))

    with store.write(ledger=False) as session:
        audit.append(session, gone)

    assert shown(store) == [("C2", OCTOBER.nrr)]


def test_figures_move_with_their_channel(store: Store) -> None:
    show(store, OCTOBER)

    with store.write(ledger=False) as session:
        assert move_channel(session, "C1", "C9", now=NOON) == 1

    assert shown(store) == [("C9", OCTOBER.nrr)]

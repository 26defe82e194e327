"""Claims that break something, that run out, and that are taken over."""

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from bot.delivery.admission import Admission
from storage.delivery import claiming
from storage.delivery.parcels import Claim, State
from storage.errors import StoreCrowdedError
from tests.bot.delivery.letters import Office
from tests.slack.workspace import TEAM_ID


def test_one_that_breaks_something_of_ours_dies_and_the_others_go(office: Office) -> None:
    poison = office.enqueue(office.subscribe(), payload_json="{}")
    others = [office.enqueue(office.subscribe()) for _ in range(3)]

    office.settle_down()

    assert office.state(poison) is State.DEAD
    assert [office.state(key) for key in others] == [State.SENT] * 3
    assert len(office.told()) == 1


def test_one_that_kills_every_worker_dies_after_eight_attempts(office: Office) -> None:
    poison, other = office.enqueue(office.subscribe()), office.enqueue(office.subscribe())
    for _ in range(8):
        with office.store.write(ledger=False) as session:
            claim = claiming.claim(session, owner="dying", now=office.now(), team_id=TEAM_ID)
        assert claim is not None
        assert claim.parcel.dedupe_key == poison
        office.wait(seconds=121)

    office.settle_down()

    assert office.state(poison) is State.DEAD
    assert office.state(other) is State.SENT


def test_a_store_that_cannot_be_written_leaves_the_claim_to_run_out(office: Office) -> None:
    key = office.enqueue(office.subscribe())
    broken = replace(office.courier(), admission=cast("Admission", _Crowded()))

    with pytest.raises(StoreCrowdedError):
        broken.work_once()

    assert office.state(key) is State.SENDING
    office.settle_down()
    assert len(office.shown()) == 1


class _Crowded:
    def admit(self, _: Claim) -> Claim:
        raise StoreCrowdedError


def test_a_claim_with_too_little_left_posts_nothing(office: Office) -> None:
    key = office.enqueue(office.subscribe())
    courier = office.courier()
    slow = replace(courier, admission=cast("Admission", _Slow(office)))

    slow.work_once()

    assert office.posts() == []
    assert (office.state(key), office.row(key).attempts) == (State.PENDING, 0)
    office.send()
    assert len(office.shown()) == 1


class _Slow:
    def __init__(self, office: Office) -> None:
        self._office = office

    def admit(self, claim: Claim) -> Claim:
        self._office.wait(seconds=70)
        return claim


@pytest.mark.parametrize("seconds", [121, 600])
def test_a_claim_that_ran_out_is_fenced(office: Office, seconds: int) -> None:
    key = office.enqueue(office.subscribe())
    stalled = replace(
        office.courier(),
        admission=cast("Admission", _TakenOver(office, timedelta(seconds=seconds))),
    )

    stalled.work_once()

    assert len(office.shown()) == 1
    assert office.state(key) is State.SENT
    assert office.counts.fenced == 1


def test_a_claim_that_was_taken_over_posts_nothing_though_its_own_clock_stood_still(
    office: Office,
) -> None:
    key = office.enqueue(office.subscribe())
    courier, began = office.courier(), office.now()
    stalled = replace(
        courier,
        claims=replace(courier.claims, now=lambda: began),
        admission=cast("Admission", _TakenOver(office, timedelta(seconds=121))),
    )

    stalled.work_once()

    assert len(office.shown()) == 1
    assert office.state(key) is State.SENT


class _TakenOver:
    """While it asks, the claim runs out and another courier carries the message."""

    def __init__(self, office: Office, stall: timedelta) -> None:
        self._office, self._stall = office, stall

    def admit(self, claim: Claim) -> Claim:
        self._office.wait(seconds=self._stall.total_seconds())
        self._office.settle_down()
        return claim

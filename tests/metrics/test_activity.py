from collections import Counter, defaultdict
from itertools import pairwise
from random import Random
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import annualisation, retention, rollup
from metrics.activity import UNSTATED, Activity
from metrics.movements import MovementKind
from tests.metrics.event_by_event import Event, tally
from tests.metrics.plain_drivers import net_by_driver

NEW = MovementKind.NEW
EXPANSION = MovementKind.EXPANSION
CONTRACTION = MovementKind.CONTRACTION
CHURN = MovementKind.CHURN
REACTIVATION = MovementKind.REACTIVATION

GAINS = {NEW, EXPANSION, REACTIVATION}


def walk(*balances: int, account: str = "acme") -> list[Event]:
    """The events that take an account from each balance to the next."""
    return [Event(account, after - before) for before, after in pairwise(balances)]


@pytest.mark.parametrize(
    ("balances", "has_paid", "by_kind"),
    [
        pytest.param((0, 50), False, {NEW: 50}, id="new"),
        pytest.param((0, 50), True, {REACTIVATION: 50}, id="returning"),
        pytest.param((0, 50, 80), False, {NEW: 50, EXPANSION: 30}, id="new-then-expands"),
        pytest.param(
            (100, 150, 0), True, {EXPANSION: 50, CHURN: -150}, id="churn-is-of-the-moment"
        ),
        pytest.param((100, 0, 100), True, {CHURN: -100, REACTIVATION: 100}, id="away-and-back"),
        pytest.param(
            (0, 50, 0, 50),
            False,
            {NEW: 50, CHURN: -50, REACTIVATION: 50},
            id="won-lost-and-won-back-inside-the-period",
        ),
        pytest.param(
            (100, 40, 100, 47), True, {CONTRACTION: -113, EXPANSION: 60}, id="up-and-down"
        ),
        pytest.param((100, 100), True, {}, id="a-renewal-moves-nothing"),
        pytest.param((0, 0), False, {}, id="a-note-on-an-account-that-never-paid"),
    ],
)
def test_each_event_is_what_it_was_at_its_moment(
    balances: tuple[int, ...], by_kind: dict[MovementKind, int], *, has_paid: bool
) -> None:
    paid_before = {"acme"} if has_paid else set()

    activity = tally(walk(*balances), opening={"acme": balances[0]}, paid_before=paid_before)

    assert activity.by_kind == by_kind
    assert activity.net == balances[-1] - balances[0]


def test_an_opening_balance_is_proof_that_an_account_paid_before() -> None:
    activity = tally(walk(100, 0, 60), opening={"acme": 100}, paid_before=())

    assert activity.by_kind == {CHURN: -100, REACTIVATION: 60}


def test_a_balance_of_nothing_is_no_proof_of_a_payment() -> None:
    activity = tally(walk(0, 60), opening={"acme": 0}, paid_before=())

    assert activity.by_kind == {NEW: 60}


def test_an_account_without_an_opening_balance_had_none() -> None:
    assert tally(walk(0, 60), opening={}, paid_before=()).by_kind == {NEW: 60}


def test_accounts_are_followed_apart() -> None:
    events = [Event("a", 10), Event("b", -100), Event("a", 5), Event("b", 70)]

    activity = tally(events, opening={"b": 100}, paid_before={"b"})

    assert activity.by_kind == {NEW: 10, EXPANSION: 5, CHURN: -100, REACTIVATION: 70}


def test_each_kind_is_split_by_the_driver_its_source_gave() -> None:
    events = [
        Event("a", 30, "seats"),
        Event("a", 20, "upsell"),
        Event("a", 5, "seats"),
        Event("a", -60, "seats"),
        Event("a", 1),
        Event("a", 2, ""),
    ]

    activity = tally(events, opening={"a": 100}, paid_before={"a"})

    assert activity.by_driver == {
        (EXPANSION, "seats"): 35,
        (EXPANSION, "upsell"): 20,
        (CONTRACTION, "seats"): -60,
        (EXPANSION, UNSTATED): 3,
    }


def test_the_largest_driver_of_a_kind_comes_first_and_ties_go_by_name() -> None:
    activity = Activity(
        by_driver={
            (CHURN, "price"): -5,
            (CHURN, "involuntary"): -90,
            (EXPANSION, "upsell"): 500,
            (CHURN, "competitor"): -5,
        }
    )

    assert list(activity.drivers_of(CHURN).items()) == [
        ("involuntary", -90),
        ("competitor", -5),
        ("price", -5),
    ]
    assert activity.drivers_of(NEW) == {}


def test_a_period_without_events_has_no_activity() -> None:
    activity = tally([], opening={"a": 100}, paid_before={"a"})

    assert activity == Activity()
    assert activity.net == 0


def test_counting_leaves_what_it_was_given_as_it_was() -> None:
    opening, paid_before = {"a": 100}, {"a"}

    tally(walk(100, 0, account="a") + walk(0, 7, account="b"), opening=opening, paid_before={"a"})

    assert (opening, paid_before) == ({"a": 100}, {"a"})


Walks = dict[str, list[int]]
"""Each account's balances one after another; the first is its opening balance."""

accounts = st.sampled_from("abcd")
balances = st.just(0) | st.integers(0, 10**12)
walks = st.dictionaries(accounts, st.lists(balances, min_size=1, max_size=6))
drivers = st.sampled_from([None, "seats", "price"])


@st.composite
def periods(draw: st.DrawFn) -> tuple[Walks, list[Event], set[str]]:
    """A company's balances, its events in an order that could have been, and who paid before."""
    paths = draw(walks)
    waiting = {account: walk(*path, account=account) for account, path in paths.items()}
    turns = [account for account, events in waiting.items() for _ in events]
    events = [waiting[account].pop(0) for account in draw(st.permutations(turns))]
    events = [Event(event.account_id, event.amount_minor, draw(drivers)) for event in events]
    return paths, events, draw(st.sets(accounts))


def tally_of(period: tuple[Walks, list[Event], set[str]]) -> Activity:
    paths, events, paid_before = period
    opening = {account: path[0] for account, path in paths.items()}
    return tally(events, opening=opening, paid_before=paid_before)


@given(periods())
def test_the_net_is_the_change_of_total_mrr(period: tuple[Walks, list[Event], set[str]]) -> None:
    paths, _, _ = period

    change = sum(path[-1] - path[0] for path in paths.values())

    assert tally_of(period).net == change


@given(periods())
def test_drivers_add_up_to_their_kind(period: tuple[Walks, list[Event], set[str]]) -> None:
    activity = tally_of(period)

    sums: Counter[MovementKind] = Counter()
    for (kind, _), amount in activity.by_driver.items():
        sums[kind] += amount

    assert sums == activity.by_kind
    for kind in activity.by_kind:
        assert sum(activity.drivers_of(kind).values()) == activity.by_kind[kind]


@given(periods())
def test_gains_are_above_zero_and_losses_below(
    period: tuple[Walks, list[Event], set[str]],
) -> None:
    for kind, amount in tally_of(period).by_kind.items():
        assert (amount > 0) is (kind in GAINS)
        assert amount != 0


@given(periods(), st.randoms(use_true_random=False))
def test_only_the_order_within_an_account_matters(
    period: tuple[Walks, list[Event], set[str]], random: Random
) -> None:
    paths, events, paid_before = period
    by_account: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_account[event.account_id].append(event)
    groups = list(by_account.values())
    random.shuffle(groups)

    regrouped = [event for group in groups for event in group]

    assert tally_of((paths, regrouped, paid_before)) == tally_of(period)


@given(st.integers(0, 10**12), st.lists(balances, max_size=6), st.integers(0, 10**12))
def test_what_happens_between_two_ends_changes_the_activity_and_not_its_net(
    opening: int, between: list[int], closing: int
) -> None:
    activity = tally(walk(opening, *between, closing), opening={"acme": opening}, paid_before=())

    assert activity.net == closing - opening


@pytest.mark.parametrize("module", [annualisation, retention, rollup])
def test_activity_never_feeds_a_ratio(module: ModuleType) -> None:
    homes = {getattr(value, "__module__", None) for value in vars(module).values()}

    assert Activity.__module__ not in homes


@pytest.mark.parametrize(
    ("amounts", "parts"),
    [
        pytest.param({"seats": 30, "price": 20}, {"seats": 30, "price": 20}, id="all-one-way"),
        pytest.param({"swap": 50}, {"swap": 50}, id="one-driver"),
        pytest.param({"a": 10, "b": -10}, {}, id="they-cancel-out"),
        pytest.param({"seats": 60, "price": 20, "usage": -40}, {"seats": 30, "price": 10}, id="up"),
        pytest.param(
            {"seats": 15, "pause": -100, "price": -50}, {"pause": -90, "price": -45}, id="down"
        ),
        pytest.param(
            {"a": 1, "b": 1, "c": 1, "d": -1}, {"a": 1, "b": 1, "c": 0}, id="ties-by-name"
        ),
        pytest.param({"a": 200, "b": 100, "c": -100}, {"a": 133, "b": 67}, id="largest-remainder"),
    ],
)
def test_a_days_net_is_split_over_the_drivers_that_go_its_way(
    amounts: dict[str, int], parts: dict[str, int]
) -> None:
    assert net_by_driver(amounts) == parts


@given(st.dictionaries(st.sampled_from("abcde"), st.integers(-(10**15), 10**15)))
def test_the_parts_of_a_day_are_its_net_and_none_is_more_than_its_driver_did(
    amounts: dict[str, int],
) -> None:
    parts = net_by_driver(amounts)

    assert sum(parts.values()) == sum(amounts.values())
    assert all(abs(part) <= abs(amounts[name]) for name, part in parts.items())
    assert all(part * amounts[name] >= 0 for name, part in parts.items())

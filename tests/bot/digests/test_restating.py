from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from bot.answers.answers import Answers
from bot.answers.posted_figures import Restated, figures_of, remember_shared, restated_by_now
from bot.delivery.payloads import unpack
from bot.digests.restating import Restater
from metrics.rollup import Scope
from storage.channels.posted_figures import ShownFigure, last_shown, remember
from storage.delivery.parcels import State
from storage.digests.subscriptions import set_state
from storage.store.engine import Store
from storage.tables.delivery import SubscriptionState
from tests.bot.small_company import answers_from, import_text, small_company
from tests.storage.parcels import finish, taken
from tests.storage.posted import shown_in
from tests.storage.stores import rows
from tests.storage.subscribers import subscribe

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HEADER = "movement_id,account_id,date,amount,currency,segment\n"
LATE = HEADER + "c1,alpha,2026-10-20,-100.00,USD,\n"
"""October: 2,050 of opening MRR became 7,050, and by this 6,950."""
LATER = HEADER + "c2,alpha,2026-10-21,-100.00,USD,\n"
ENTERPRISE = (("segment", "enterprise"),)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return small_company(tmp_path)


def restater(store: Store, *names_in: str) -> Restater:
    return Restater(
        store=store,
        answers=answers_from(store),
        team_id="T1",
        names_in=frozenset(names_in or {"C1"}),
        now=lambda: NOW,
    )


def share(store: Store, question: str, *, channel_id: str = "C1") -> None:
    remember_shared(store, channel_id, answers_from(store).reply(question), now=NOW)


def notices(store: Store) -> list[tuple[str, str, str]]:
    found = rows(store, "SELECT channel_id, scope, payload_json FROM outbox ORDER BY id")
    return [(channel, scope, unpack(payload).message.text) for channel, scope, payload in found]


def test_a_shared_figure_that_changed_is_announced_in_its_channel_once(store: Store) -> None:
    share(store, "2026-10 by industry")
    job = restater(store)
    assert job.run() == 0

    import_text(store, LATE)
    assert [job.run(), job.run(), restater(store).run()] == [1, 0, 0]

    # 7,050 and 6,950 of 2,050, 6,750 and 6,650 of the 1,740 that was paid a year before;
    # 6,200 and 6,100 of fintech's 1,200, and of the 1,100 that it paid a year before
    [(channel, scope, text)] = notices(store)
    assert (channel, scope) == ("C1", "[]")
    assert text.splitlines() == [
        "Restated since it was posted here",
        "NRR of the whole company in October 2026 343.9% → 339.0% (late data)",
        "NRR of the whole company in the 12 months to October 2026 387.9% → 382.2% (late data)",
        "NRR of fintech in October 2026 516.7% → 508.3% (late data)",
        "NRR of fintech in the 12 months to October 2026 563.6% → 554.5% (late data)",
    ]


def test_figures_of_scopes_side_by_side_are_a_message_each(store: Store) -> None:
    share(store, "enterprise 2026-10")
    share(store, "fintech 2026-10")
    import_text(store, LATE)

    assert restater(store).run() == 2
    assert [scope for _, scope, _ in notices(store)] == [
        '[["segment", "enterprise"]]',
        '[["industry", "fintech"]]',
    ]


def test_nothing_is_measured_again_until_something_is_imported_or_posted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[object] = []

    def measure(_: Answers, shown: Iterable[ShownFigure], **__: object) -> tuple[Restated, ...]:
        measured.append(shown)
        return ()

    monkeypatch.setattr("bot.digests.restating.restated_by_now", measure)
    share(store, "enterprise 2026-10")
    import_text(store, LATE)
    job = restater(store)

    assert [job.run(), job.run()] == [0, 0]
    assert len(measured) == 1


def test_what_is_posted_anew_while_it_is_measured_is_not_announced(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measure_slowly(
        answers: Answers, shown: Iterable[ShownFigure], *, small_shown: bool
    ) -> tuple[Restated, ...]:
        found = restated_by_now(answers, shown, small_shown=small_shown)
        share(store, "enterprise 2026-10")
        return found

    share(store, "enterprise 2026-10")
    import_text(store, LATE)
    monkeypatch.setattr("bot.digests.restating.restated_by_now", measure_slowly)

    assert restater(store).run() == 0
    assert notices(store) == []


def test_another_change_is_another_notice(store: Store) -> None:
    share(store, "enterprise 2026-10")
    job = restater(store)

    import_text(store, LATE)
    job.run()
    import_text(store, LATER)
    job.run()

    assert [text.splitlines()[1] for _, _, text in notices(store)] == [
        "NRR of enterprise in October 2026 356.4% → 351.3% (late data)",
        "NRR of enterprise in October 2026 351.3% → 346.2% (late data)",
    ]


def test_changes_that_add_up_to_half_a_point_are_announced(store: Store) -> None:
    share(store, "enterprise 2026-10")
    job, small = restater(store), "c{0},alpha,2026-10-2{0},-6.00,USD,\n"

    said = []
    for number in (1, 2):  # 1,950 of opening MRR: 6 are 0.3 points
        import_text(store, HEADER + small.format(number))
        said.append(job.run())

    assert said == [0, 1]


def test_a_ratio_that_was_not_told_is_held_against_what_was_posted(store: Store) -> None:
    share(store, "enterprise 2026-10")
    job = restater(store)

    # of 1,950 12 are 0.6 points, and the 7 that are lost for good first are 0.4
    import_text(store, HEADER + "c1,beta,2026-10-20,-12.00,USD,\nc2,alpha,2026-10-20,5.00,USD,\n")
    job.run()
    import_text(store, HEADER + "c3,alpha,2026-10-21,-5.00,USD,\n")
    job.run()

    assert [text.splitlines()[1] for _, _, text in notices(store)] == [
        "GRR of enterprise in October 2026 100.0% → 99.4% (late data)",
        "NRR of enterprise in October 2026 356.4% → 355.8% (late data)",
    ]


def test_two_processes_that_find_a_change_announce_it_once(store: Store) -> None:
    share(store, "enterprise 2026-10")
    import_text(store, LATE)
    one, other = restater(store), restater(store)

    assert [one.run(), other.run()] == [1, 0]


def test_what_an_active_digest_of_the_channel_will_say_is_left_to_it(store: Store) -> None:
    digest = subscribe(store, scope=ENTERPRISE)
    share(store, "enterprise 2026-10")
    share(store, "enterprise 2026-10", channel_id="C2")
    job = restater(store, "C1", "C2")
    import_text(store, LATE)

    before = job.run()
    with store.write(ledger=False) as session:
        set_state(session, digest.id, SubscriptionState.PAUSED, now=NOW)
    after = job.run()

    assert (before, after) == (1, 1)
    assert [channel for channel, _, _ in notices(store)] == ["C2", "C1"]


def test_a_digest_of_some_accounts_does_not_speak_of_all(store: Store) -> None:
    subscribe(store, scope=ENTERPRISE)
    share(store, "2026-10")
    import_text(store, LATE)

    restater(store).run()

    assert [scope for _, scope, _ in notices(store)] == ["[]"]


def test_a_notice_that_was_never_sent_leaves_the_old_figure(store: Store) -> None:
    share(store, "enterprise 2026-10")
    import_text(store, LATE)
    restater(store).run()
    finish(store, taken(store, now=NOW), State.DEAD)

    import_text(store, LATER)
    restater(store).run()

    assert "356.4% → 346.2%" in notices(store)[-1][2]


def test_where_accounts_are_not_told_apart_small_cohorts_stay_out(store: Store) -> None:
    answer = answers_from(store).ask("2026-10")
    with store.write(ledger=False) as session:
        remember(session, "C2", figures_of(answer), now=NOW)
    import_text(store, LATE)

    restater(store).run()

    # enterprise has three accounts; nothing but the whole company is told
    assert [scope for _, scope, _ in notices(store)] == ["[]"]


def test_what_a_monthly_digest_would_say_in_weeks_is_announced_at_once(store: Store) -> None:
    subscribe(store, is_monthly=True)
    share(store, "2026-10")
    import_text(store, LATE)

    assert restater(store).run() == 1


def test_a_segment_that_is_gone_makes_no_error(store: Store) -> None:
    gone = shown_in(
        date(2026, 10, 1),
        Fraction(101, 100),
        grr=Fraction(1),
        scope=(("segment", "vanished"),),
        data_version=0,
    )
    with store.write(ledger=False) as session:
        remember(session, "C1", [gone, replace(gone, scope=(("nowhere", "x"),))], now=NOW)

    assert restater(store).run() == 2
    assert "NRR of vanished in October 2026 101.0% → n/a, GRR 100.0% → n/a" in notices(store)[0][2]


def test_of_a_shared_trend_the_latest_figures_are_remembered(store: Store) -> None:
    share(store, "trend by segment monthly 6m")

    with store.read() as session:
        found = {one.figure.scope: one.figure for one in last_shown(session)}

    assert found[()].label == "2026-10"
    assert found[()].nrr == Fraction(7_050, 2_050)
    assert found[ENTERPRISE].nrr == Fraction(6_950, 1_950)


def test_a_store_without_an_import_has_nothing_to_restate(sqlite_store: Store) -> None:
    assert restater(sqlite_store).run() == 0


@pytest.mark.parametrize(
    ("asked", "watched"),
    [
        ("account alpha", []),
        ("enterprise vs rest 2026-10", [ENTERPRISE]),  # the rest is no scope of its own
        ("why enterprise 2026-10", [ENTERPRISE, ENTERPRISE]),
        ("why 2025-07", [()]),  # nobody paid when the month before opened
    ],
)
def test_of_a_view_what_can_be_measured_again_is_watched(
    store: Store, asked: str, watched: list[Scope]
) -> None:
    assert [one.scope for one in figures_of(answers_from(store).reply(asked))] == watched

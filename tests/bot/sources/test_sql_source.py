from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.config import Settings
from bot.sources.sql_source import SqlSource
from bot.sources.syncing import AGREED, Syncing, SyncOutcome
from metrics.segments import Tiers
from storage.errors import SourceFailedError, StorageError
from storage.importing.asking import Ask, Overlap
from storage.importing.landing import ImportOptions
from storage.importing.reversal import reverse
from storage.store.column_types import day_number
from storage.store.engine import Store
from tests.bot.sources.scripted import Hands, state_of
from tests.postgresql import Server
from tests.storage.at_head import postgresql_at_head
from tests.storage.sources.sql.databases import Theirs, their_postgresql, their_sqlite
from tests.storage.stores import TODAY, rows

SELECT = "SELECT account_id, date, amount, currency FROM m"
WITH_IDS = "SELECT movement_id, account_id, date, amount, currency, updated_at FROM m"
WITH_MOMENTS = "SELECT account_id, date, amount, currency, updated_at FROM m"
FIRST = [
    (1, "acme", "2026-10-02", "100", "2026-10-02 09:00:00"),
    (2, "beta", "2026-10-02", "20.5", "2026-10-02 10:00:00"),
]
MORE = [(3, "acme", "2026-11-03", "-40", "2026-11-03 09:00:00")]


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[Theirs]:
    with their_sqlite(tmp_path) as opened:
        opened.add(FIRST)
        yield opened


class Reading:
    """One store that a query is synced into; each sync is a minute later."""

    def __init__(self, store: Store, theirs: Theirs, query: str, **settings: Any) -> None:  # noqa: ANN401 - fields of Settings
        self.store, self.hands = store, Hands()
        self.settings = Settings.model_construct(
            nrrbot_sql_url=SecretStr(theirs.url),
            nrrbot_sql_query=query,
            **{f"nrrbot_sql_{name}": value for name, value in settings.items()},
        )

    def sync(
        self,
        *,
        today: date = TODAY,
        overlap: Overlap | None = None,
        agreed: frozenset[Ask] = AGREED,
    ) -> SyncOutcome:
        self.hands.move(timedelta(minutes=1))
        syncing = Syncing(
            store=self.store,
            settings=self.settings,
            names=frozenset({"sql"}),
            clock=self.hands,
            overlap=overlap,
            agreed=agreed,
        )
        source = SqlSource(settings=self.settings, monotonic=lambda: 0.0)
        return syncing.sync(source, today=today)

    def refusal(self) -> str:
        with pytest.raises(StorageError) as refused:
            self.sync()
        return str(refused.value)

    def mrr(self) -> dict[str, int]:
        return dict(
            rows(
                self.store,
                "SELECT account_id, sum(amount_minor) FROM ledger_movement GROUP BY account_id",
            )
        )


def test_the_whole_query_is_held_against_the_ledger_each_time(store: Store, theirs: Theirs) -> None:
    reading = Reading(store, theirs, SELECT)

    counts = [reading.sync().imported, reading.sync().imported]
    theirs.add(MORE)
    counts.append(reading.sync().imported)

    assert counts == [2, 0, 1]
    assert reading.mrr() == {"acme": 6_000, "beta": 2_050}
    assert rows(store, "SELECT DISTINCT source FROM ledger_movement") == [("sql",)]


@pytest.mark.postgres
def test_from_one_postgresql_into_another(postgresql_server: Server, postgresql_url: str) -> None:
    template = postgresql_at_head(postgresql_server)
    with template.fresh() as store, their_postgresql(postgresql_url) as theirs:
        theirs.add(FIRST)
        reading = Reading(store, theirs, WITH_IDS, watermark="updated_at")

        counts = [reading.sync().imported]
        theirs.add(MORE)
        counts += [reading.sync().imported, reading.sync().imported]

        assert counts == [2, 1, 0]
        assert reading.mrr() == {"acme": 6_000, "beta": 2_050}


@pytest.mark.parametrize("query", [WITH_IDS, WITH_MOMENTS])
def test_rows_at_the_watermark_and_later_ones_come_again_and_nothing_doubles(
    store: Store, theirs: Theirs, query: str
) -> None:
    reading = Reading(store, theirs, query, watermark="updated_at")

    first = reading.sync()
    theirs.add([(4, "zeta", "2026-10-02", "7", "2026-10-02 10:00:00"), *MORE])
    second, third = reading.sync(), reading.sync()

    assert (first.imported, second.imported, third.imported) == (2, 2, 0)
    assert second.rows == 4  # those of the watermark's day, though two of them are held
    assert third.rows == 1
    assert reading.mrr() == {"acme": 6_000, "beta": 2_050, "zeta": 700}
    assert state_of(store).failure is None


def test_equal_rows_of_one_day_are_told_apart_though_one_came_later(
    store: Store, theirs: Theirs
) -> None:
    reading = Reading(store, theirs, WITH_MOMENTS, watermark="updated_at")
    reading.sync()
    theirs.add([(5, "acme", "2026-10-02", "100", "2026-10-02 17:00:00")])

    assert reading.sync().imported == 1
    assert reading.mrr()["acme"] == 20_000


def test_rows_that_were_only_touched_are_held_and_told_of(store: Store, theirs: Theirs) -> None:
    reading = Reading(store, theirs, WITH_MOMENTS, watermark="updated_at")
    reading.sync()
    theirs.run("UPDATE m SET updated_at = '2026-11-20 08:00:00'")

    outcome = reading.sync()

    assert outcome.imported == 0
    assert reading.mrr() == {"acme": 10_000, "beta": 2_050}
    [said] = outcome.notes
    assert said.startswith("2 rows later than the last updated_at say the same as held ones and")


def test_where_a_number_counts_rows_equal_ones_need_an_id(store: Store, theirs: Theirs) -> None:
    query = "SELECT movement_id AS seq, account_id, date, amount, currency FROM m"
    reading = Reading(store, theirs, query, watermark="seq")
    reading.sync()
    theirs.add([(7, "acme", "2026-10-02", "100", "2026-10-02 17:00:00")])

    said = reading.refusal()
    kept = state_of(store).cursor
    reading.settings = reading.settings.model_copy(
        update={"nrrbot_sql_query": query.replace("AS seq", "AS seq, movement_id")}
    )

    assert said == (
        "1 row beyond the last seq says the same as held ones: give each row an id of its own, such"
        " as seq AS movement_id, so that none is lost"
    )
    assert '"2"' in kept  # it has not moved on
    assert reading.mrr() == {"acme": 10_000, "beta": 2_050}


def test_another_query_begins_anew(store: Store, theirs: Theirs) -> None:
    reading = Reading(store, theirs, WITH_IDS, watermark="updated_at")
    reading.sync()
    reading.settings = reading.settings.model_copy(
        update={"nrrbot_sql_query": f"{WITH_IDS} WHERE 1 = 1"}
    )

    again = reading.sync()

    assert (again.rows, again.imported) == (2, 0)


def test_rows_that_a_whole_query_has_no_more_are_asked_about(store: Store, theirs: Theirs) -> None:
    reading = Reading(store, theirs, SELECT)
    reading.sync()
    theirs.run("UPDATE m SET amount = 90 WHERE movement_id = 1")

    said = reading.refusal()
    outcome = reading.sync(overlap=Overlap.REPLACE)

    assert "2 rows are held from sql, and the file does not have 1 of them" in said
    assert outcome.reports[0].reversed == 1
    assert reading.mrr() == {"acme": 9_000, "beta": 2_050}


@pytest.mark.parametrize("query", [SELECT, WITH_IDS])
def test_a_row_that_a_whole_query_has_no_more_is_missed_on_any_day(
    store: Store, theirs: Theirs, query: str
) -> None:
    theirs.add(MORE)
    reading = Reading(store, theirs, query)
    reading.sync()
    theirs.run("DELETE FROM m WHERE movement_id = 3")  # the only one of the last day

    said = reading.refusal()

    assert "not have 1 of them" in said or "the ledger has 1 row of sql that it does not" in said
    assert reading.sync(overlap=Overlap.HELD).imported == 0
    assert reading.mrr() == {"acme": 6_000, "beta": 2_050}


def test_rows_without_ids_that_are_gone_are_taken_back_if_told_so(
    store: Store, theirs: Theirs
) -> None:
    reading = Reading(store, theirs, SELECT)
    reading.sync()
    theirs.add(MORE)
    reading.sync()
    theirs.run("DELETE FROM m WHERE movement_id > 2")  # word for word what it was at first

    assert "the ledger has 1 row of sql that it does not give any more" in reading.refusal()
    reading.sync(overlap=Overlap.REPLACE)

    assert reading.mrr() == {"acme": 10_000, "beta": 2_050}
    assert reading.sync().imported == 0


def test_what_was_taken_back_is_read_anew_though_the_watermark_is_beyond_it(
    store: Store, theirs: Theirs
) -> None:
    theirs.add([(9, "zeta", "2026-08-01", "7", "2026-08-02 10:00:00")])
    reading = Reading(store, theirs, WITH_IDS, watermark="updated_at")
    reading.sync()
    theirs.run("UPDATE m SET amount = 8 WHERE movement_id = 9")  # it is corrected where it is

    options = ImportOptions(
        clock=reading.hands, today=TODAY, started_at=reading.hands(), tiers=Tiers()
    )
    with store.write() as session:
        reverse(session, 1, options)

    assert reading.sync().imported == 3
    assert reading.mrr() == {"acme": 10_000, "beta": 2_050, "zeta": 800}


def test_balances_become_movements(store: Store, theirs: Theirs) -> None:
    query = (
        "SELECT account_id, '2026-10' AS month, sum(amount) AS mrr, currency FROM m"
        " GROUP BY account_id, currency"
    )
    reading = Reading(store, theirs, query)

    counts = [reading.sync().imported]
    theirs.run("UPDATE m SET amount = 90 WHERE movement_id = 1")
    counts.append(reading.sync().imported)

    assert counts == [2, 1]
    assert reading.mrr() == {"acme": 9_000, "beta": 2_050}


def test_contracts_become_movements(store: Store, theirs: Theirs) -> None:
    query = (
        "SELECT account_id AS customer, '2026-01-01' AS start, '2026-12-31' AS \"end\","
        " amount * 12 AS amount, 'year' AS per, currency FROM m"
    )
    reading = Reading(store, theirs, query, kind="contracts")

    reading.sync()

    assert reading.mrr() == {"acme": 10_000, "beta": 2_050}


FOUR = [*FIRST, (3, "cube", "2026-10-02", "30", ""), (4, "dune", "2026-10-02", "40", "")]
BALANCES = "SELECT account_id, '2026-10' AS month, amount AS mrr, currency FROM m"
LATER = "SELECT account_id, '2026-11' AS month, amount AS mrr, currency FROM m"
CONTRACTS = (
    "SELECT account_id, 'C-' || movement_id AS contract_id, date AS start, NULL AS \"end\","
    " amount, 'month' AS per, currency FROM m"
)


def test_an_account_that_complete_balances_lack_has_left_and_else_it_stays(
    store: Store, theirs: Theirs
) -> None:
    theirs.add(FOUR[2:])
    reading = Reading(store, theirs, BALANCES)
    reading.sync()
    theirs.run("DELETE FROM m WHERE account_id = 'dune'")
    after_november = date(2026, 12, 2)

    reading.settings = reading.settings.model_copy(update={"nrrbot_sql_query": LATER})
    stays = reading.sync(today=after_november).notes
    kept = reading.mrr()["dune"]
    reading.settings = reading.settings.model_copy(update={"nrrbot_sql_complete": True})
    outcome = reading.sync(today=after_november)

    assert kept == 4_000
    assert stays[0].endswith("give each a row with 0, or let it be complete: --complete.")
    assert reading.mrr() == {"acme": 10_000, "beta": 2_050, "cube": 3_000, "dune": 0}
    assert outcome.notes == (
        "1 account that it lacks is at 0: dune from November 2026 (40.00 USD).",
    )


@pytest.mark.parametrize(
    ("query", "noun"), [(BALANCES, "accounts that pay"), (CONTRACTS, "contracts that run")]
)
def test_complete_lists_that_would_end_most_are_refused_until_somebody_says_yes(
    store: Store, theirs: Theirs, query: str, noun: str
) -> None:
    theirs.add(FOUR[2:])
    kind = "contracts" if query is CONTRACTS else None
    reading = Reading(store, theirs, query, complete=True, kind=kind)
    reading.sync()
    theirs.run("DELETE FROM m WHERE account_id <> 'acme'")
    before = reading.mrr()

    said = reading.refusal()

    assert said.startswith(f"3 of 4 {noun} are missing in what is said to be complete")
    assert "answer once by `nrrbot sync sql --once --yes`." in str(state_of(store).failure)
    assert reading.mrr() == before
    assert reading.sync(agreed=frozenset(Ask)).notes


def due(store: Store) -> list[tuple[object, ...]]:
    return rows(
        store,
        "SELECT account_id, day, amount_minor FROM due_movement"
        " WHERE withdrawn IS NULL ORDER BY account_id",
    )


def test_a_contract_that_a_complete_query_lacks_is_cancelled_until_it_is_back(
    store: Store, theirs: Theirs
) -> None:
    theirs.add(FOUR[2:])
    reading = Reading(store, theirs, CONTRACTS, complete=True, kind="contracts")
    reading.sync()
    theirs.run("DELETE FROM m WHERE account_id = 'dune'")

    outcome = reading.sync()
    again = reading.sync()
    cancelled = due(store)
    theirs.add([FOUR[3]])
    reading.sync()

    # paid from the 2nd to the 1st: what is noticed on 21 Nov is paid through 1 Dec
    assert cancelled == [("dune", day_number(date(2026, 12, 1)), -4_000)]
    assert outcome.notes == ("1 contract that it lacks is cancelled as of today: C-4 of dune.",)
    assert (again.imported, again.notes) == (0, ())
    assert due(store) == []
    assert reading.mrr()["dune"] == 4_000


def test_a_contract_that_was_to_begin_later_never_does_where_a_complete_query_lacks_it(
    store: Store, theirs: Theirs
) -> None:
    theirs.add([*FOUR[2:], (5, "echo", "2026-12-24", "50", "")])
    reading = Reading(store, theirs, CONTRACTS, complete=True, kind="contracts")
    reading.sync()
    before = due(store)
    theirs.run("DELETE FROM m WHERE account_id = 'echo'")
    reading.sync()

    assert before == [("echo", day_number(date(2026, 12, 24)), 5_000)]
    assert due(store) == []


@pytest.mark.parametrize(
    ("query", "settings", "words"),
    [
        (WITH_IDS, {"watermark": "updated_at"}, "what is read from a watermark on is not complete"),
        (SELECT, {}, "movements are never complete: leave out NRRBOT_SQL_COMPLETE"),
    ],
)
def test_what_cannot_be_complete_is_refused(
    store: Store, theirs: Theirs, query: str, settings: dict[str, str], words: str
) -> None:
    assert words in Reading(store, theirs, query, complete=True, **settings).refusal()


def test_complete_balances_end_no_account_of_another_source(store: Store, theirs: Theirs) -> None:
    reading = Reading(store, theirs, BALANCES, complete=True)
    stripe = {"stripe_api_key": SecretStr("canary-key")}
    reading.settings = reading.settings.model_copy(update=stripe)

    assert "would end every account of stripe" in reading.refusal()


def test_a_watermark_is_no_attribute_and_other_columns_are(store: Store, theirs: Theirs) -> None:
    query = f"{WITH_MOMENTS.replace(' FROM', ', upper(account_id) AS segment FROM')}"

    Reading(store, theirs, query, watermark="updated_at").sync()

    assert rows(store, "SELECT DISTINCT dimension FROM ledger_attribute") == [("segment",)]


def test_no_row_yet_is_nothing_new_and_no_row_any_more_is_a_failure(
    store: Store, theirs: Theirs
) -> None:
    theirs.run("DELETE FROM m")
    reading = Reading(store, theirs, SELECT)

    before = reading.sync()
    theirs.add(FIRST)
    reading.sync()
    theirs.run("DELETE FROM m")

    assert (before.rows, before.covered_through) == (0, TODAY + timedelta(days=1))
    assert "the query gives no row any more" in reading.refusal()


@pytest.mark.parametrize(
    ("query", "settings", "words"),
    [
        ("SELECT account_id FROM m", {}, "gives no movements, balances or contracts but account_"),
        (
            SELECT,
            {"kind": "contracts"},
            "gives no contracts but account_id, date, amount",
        ),
        (
            "SELECT account_id, date, amount FROM m",
            {},
            "names no currency: add it to the SELECT, such as 'EUR' AS currency",
        ),
        (f"{SELECT} WHERE date > :watermark", {}, "name its column in NRRBOT_SQL_WATERMARK"),
        ("", {}, "there is no query: write it in NRRBOT_SQL_QUERY"),
        ("", {"query_file": "/no/such.sql"}, "the file in NRRBOT_SQL_QUERY_FILE cannot be read"),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(
    store: Store, theirs: Theirs, query: str, settings: dict[str, str], words: str
) -> None:
    assert words in Reading(store, theirs, query, **settings).refusal()


def test_a_query_in_a_file_is_read_each_time(store: Store, theirs: Theirs, tmp_path: Path) -> None:
    file = tmp_path / "query.sql"
    file.write_text(f"-- ours\n{SELECT};\n", encoding="utf-8")

    assert Reading(store, theirs, "", query_file=str(file)).sync().imported == 2


def test_without_a_url_it_says_which_setting(store: Store) -> None:
    with pytest.raises(SourceFailedError, match="NRRBOT_SQL_URL is not set"):
        Syncing(store=store, settings=Settings.model_construct(), names=frozenset({"sql"})).sync(
            SqlSource(settings=Settings.model_construct(nrrbot_sql_query=SELECT)), today=TODAY
        )

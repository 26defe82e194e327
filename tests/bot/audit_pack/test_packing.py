import stat
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from bot.audit_pack.checking import verify_pack
from bot.audit_pack.tables_beside import DECIDING
from bot.config import Settings
from bot.errors import UsageError
from metrics.segments import Tiers
from storage.access import audit
from storage.channels.posted_figures import PostedFigure, remember
from storage.errors import AuditBrokenError
from storage.importing.landing import ImportOptions
from storage.importing.reversal import reverse
from storage.store.engine import Store
from tests.bot.audit_pack.packs import pack, rows_of, texts_of
from tests.bot.small_company import MOVEMENTS, NOW, TODAY, import_text, small_company
from tests.storage.posted import shown_in
from tests.storage.stores import import_text as import_anywhere

EUROS = "date,currency,rate\n2026-01-02,USD,1.25\n2026-09-30,USD,2\n"


def test_the_cohort_is_there_by_account_with_what_became_of_each(file: Path) -> None:
    columns = ("account_id", "opening_mrr", "closing_mrr", "change_mrr", "outcome", "segment")
    assert [tuple(row[name] for name in columns) for row in rows_of(file, "cohort.csv")] == [
        ("alpha", "1000.00", "1200.00", "200.00", "expanded", "enterprise"),
        ("beta", "500.00", "450.00", "-50.00", "contracted", "enterprise"),
        ("gamma", "100.00", "0.00", "-100.00", "churned", "smb"),
        ("epsilon", "60.00", "60.00", "0.00", "kept", "(none)"),
    ]
    assert [
        (row["account_id"], row["closing_mrr"], row["outcome"])
        for row in rows_of(file, "outside.csv")
    ] == [("delta", "40.00", "returned"), ("zeta", "300.00", "new")]


def test_the_figures_are_those_that_are_worked_out_by_hand(file: Path) -> None:
    told = {row["figure"]: row["value"] for row in rows_of(file, "figures.csv")}

    assert told == {
        "currency": "USD",
        "accounts_opening": "4",
        "accounts_retained": "3",
        "opening_mrr": "1660.00",
        "expansion": "200.00",
        "contraction": "50.00",
        "churn": "100.00",
        "closing_mrr": "1710.00",
        "nrr": "1.030120",  # 1710 / 1660
        "grr": "0.909639",  # 1510 / 1660
        "logo_retention": "0.750000",
        "new": "300.00",
        "returning": "40.00",
        "resumed": "0.00",
        "total_closing_mrr": "2050.00",
    }


def test_movements_lead_from_each_months_balances_to_the_next_ones(file: Path) -> None:
    assert [tuple(row.values()) for row in rows_of(file, "totals.csv")] == [
        ("2026-07-01", "USD", "1660.00", "200.00", "1660.00"),
        ("2026-08-01", "USD", "1860.00", "250.00", "1860.00"),  # 300 of zeta less 50 of beta
        ("2026-09-01", "USD", "2110.00", "-60.00", "2110.00"),  # 40 of delta less 100 of gamma
        ("2026-10-01", "USD", "2050.00", "", "2050.00"),
    ]


def test_a_movement_names_its_file_the_files_hash_and_its_line(file: Path) -> None:
    [first, *_] = rows_of(file, "movements.csv")
    [run] = rows_of(file, "imports.csv")

    assert (first["date"], first["amount"], first["driver"]) == ("2026-07-14", "200.00", "seats")
    assert (first["movement_id"], first["source_row"], first["import"]) == (
        "m7",
        "8",
        run["import"],
    )
    assert (first["file"], first["file_sha256"]) == (run["file"], run["sha256"])
    assert MOVEMENTS.splitlines()[7].startswith("m7,alpha,")
    assert len(rows_of(file, "movements.csv")) == 5


def test_the_same_data_on_the_same_day_are_the_same_bytes(company: Store, tmp_path: Path) -> None:
    files = [tmp_path / "a.zip", tmp_path / "b.zip"]
    made = [pack(company, file) for file in files]

    assert files[0].read_bytes() == files[1].read_bytes()
    assert made[0].packed == made[1].packed
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    assert sorted(tmp_path.iterdir()) == files


def test_a_pack_is_recorded_by_the_hash_of_its_manifest(company: Store, tmp_path: Path) -> None:
    made = pack(company, tmp_path / "q3.zip", scope="smb")

    with company.read() as session:
        entry = audit.find(session, f"pack {made.packed.sha256}")
    assert entry is not None
    assert (entry.entry.actor, entry.entry.scope) == ("command line", '[["segment", "smb"]]')
    assert entry.entry.data_version == 1


def test_no_pack_is_left_where_it_cannot_be_recorded(
    company: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AuditBrokenError(1)

    monkeypatch.setattr("bot.audit_pack.trail.Records.note", fail)

    with pytest.raises(AuditBrokenError):
        pack(company, tmp_path / "q3.zip")
    assert not list(tmp_path.iterdir())


def test_a_scope_has_its_own_accounts_and_their_rows_alone(company: Store, tmp_path: Path) -> None:
    file = tmp_path / "smb.zip"
    made = pack(company, file, scope="smb")

    assert made.figures.retention.nrr == Fraction(0)  # gamma left, delta came back
    assert {row["account_id"] for row in rows_of(file, "movements.csv")} == {"gamma", "delta"}
    assert [row["balances"] for row in rows_of(file, "totals.csv")] == [
        *("100.00", "100.00", "100.00", "40.00")
    ]
    assert {row["control"] for row in rows_of(file, "totals.csv")} == {""}
    verify_pack(file)


def test_rows_that_were_taken_back_stay_beside_those_that_took_them_back(tmp_path: Path) -> None:
    store = small_company(tmp_path / "company")
    late = "account_id,date,amount,currency\nbeta,2026-09-10,-150.00,USD\n"
    import_text(store, late)
    with store.write() as session:
        reverse(
            session, 2, ImportOptions(clock=lambda: NOW, today=TODAY, started_at=NOW, tiers=Tiers())
        )

    pack(store, tmp_path / "q3.zip")

    taken, taking = rows_of(tmp_path / "q3.zip", "movements.csv")[-2:]
    assert (taken["amount"], taking["amount"]) == ("-150.00", "150.00")
    assert taken["reversed_by"] == taking["row"]
    assert taking["reverses"] == taken["row"]
    assert (taken["counts"], taking["counts"]) == ("no", "no")
    assert [run["kind"] for run in rows_of(tmp_path / "q3.zip", "imports.csv")][-1] == "reversal"
    verify_pack(tmp_path / "q3.zip")
    store.engine.dispose()


def test_as_of_a_moment_has_what_was_recorded_by_then(tmp_path: Path) -> None:
    store = small_company(tmp_path / "company")
    later = datetime(2026, 11, 25, tzinfo=UTC)
    late = "account_id,date,amount,currency\nbeta,2026-09-10,-150.00,USD\n"
    import_text(store, late, now=later)

    made = pack(store, tmp_path / "then.zip", as_of=NOW)
    now = pack(store, tmp_path / "now.zip")

    assert made.figures.retention.closing == 171_000
    assert now.figures.retention.closing == 156_000
    assert len(rows_of(tmp_path / "then.zip", "movements.csv")) == 5
    assert verify_pack(tmp_path / "then.zip").figures.retention == made.figures.retention
    store.engine.dispose()


def test_other_currencies_are_there_as_they_are_and_as_they_count(tmp_path: Path) -> None:
    store = small_company(tmp_path / "company")
    import_text(store, "account_id,date,amount,currency\nyen,2026-06-01,999,JPY\n")
    import_text(
        store, "date,currency,rate\n2026-01-02,USD,1.25\n2026-01-02,JPY,150\n", source="rates"
    )

    made = pack(store, tmp_path / "q3.zip")

    [first, *_] = [
        r for r in rows_of(tmp_path / "q3.zip", "balances.csv") if r["currency"] == "JPY"
    ]
    # 999 yen are 6.66 euros of 1.25 dollars each, which is 8.325, half to even
    assert (first["mrr"], first["mrr_converted"], first["converted_to"]) == ("999", "8.32", "USD")
    assert made.figures.retention.opening == 166_832
    [rate, _] = rows_of(tmp_path / "q3.zip", "rates.csv")
    assert (rate["day"], rate["currency"], rate["into"]) == ("2026-07-01", "JPY", "USD")
    assert (rate["rate"], rate["exactly"]) == ("0.0083333333", "1/120")
    verify_pack(tmp_path / "q3.zip")
    store.engine.dispose()


def test_what_was_posted_stands_beside_what_it_is_by_now(tmp_path: Path) -> None:
    store = small_company(tmp_path / "company")
    posted = PostedFigure(
        scope=(),
        start=date(2026, 7, 1),
        end=date(2026, 10, 1),
        label="2026-Q3",
        nrr=Fraction("1.05"),
        grr=Fraction("0.909"),
        data_version=1,
    )
    other = shown_in(date(2026, 6, 1), None)  # which ends before this period begins
    with store.write(ledger=False) as session:
        remember(session, "C012AB3CD", [posted, other], now=NOW)

    pack(store, tmp_path / "q3.zip")

    [row] = rows_of(tmp_path / "q3.zip", "posted.csv")
    assert (row["channel"], row["state"], row["period"]) == ("C012AB3CD", "shared", "2026-Q3")
    assert (row["nrr_posted"], row["nrr_now"], row["nrr_change"]) == (
        *("1.050000", "1.030120", "-0.019880"),
    )
    assert (row["grr_change"], row["restated"]) == ("0.000639", "yes")
    store.engine.dispose()


def test_decisions_of_the_period_are_there_by_the_workspaces_own_days(tmp_path: Path) -> None:
    store, settings = (
        small_company(tmp_path / "company"),
        Settings.model_construct(nrrbot_time_zone="America/New_York"),
    )
    first, last = datetime(2026, 7, 1, 4, tzinfo=UTC), datetime(2026, 10, 1, 3, 59, tzinfo=UTC)
    for at in (first.replace(hour=3), first, last, last.replace(hour=4)):
        with store.write(ledger=False) as session:
            audit.append(session, audit.own_entry("suspend", team_id="T", channel_id="C", at=at))

    pack(store, tmp_path / "q3.zip", settings=settings)

    assert [row["id"] for row in rows_of(tmp_path / "q3.zip", "audit_trail.csv")] == ["2", "3"]
    verify_pack(tmp_path / "q3.zip")
    store.engine.dispose()


def test_a_name_is_never_a_formula(tmp_path: Path) -> None:
    text = "account_id,date,amount,currency,segment\n=1+1,2026-01-05,10.00,USD,@cmd\n"
    store = small_company(tmp_path / "company", text)

    pack(store, tmp_path / "q3.zip")

    [row] = rows_of(tmp_path / "q3.zip", "cohort.csv")
    assert (row["account_id"], row["segment"]) == ("'=1+1", "'@cmd")
    verify_pack(tmp_path / "q3.zip")
    store.engine.dispose()


def test_no_setting_that_it_holds_is_a_secret(file: Path) -> None:
    kinds = {name: str(Settings.model_fields[name].annotation) for name in DECIDING}

    assert not [name for name, kind in kinds.items() if "Secret" in kind]
    assert [row["setting"].lower() for row in rows_of(file, "settings.csv")] == [*DECIDING]


def test_the_page_says_what_a_spreadsheet_should_come_to(file: Path) -> None:
    text = texts_of(file)["README.txt"]

    assert "NRR 103.0%, GRR 91.0% of 4 accounts" in text
    for typed, result in {
        "=SUM(C2:C5)": "1660.00",
        "=SUM(D2:D5)/SUM(C2:C5)": "1.030120",
        '=-SUMIF(G2:G5,"churned",E2:E5)': "100.00",
    }.items():
        assert f"{typed}\n{' ' * 47}{result}\n" in text
    assert max(map(len, text.splitlines())) <= 80


def test_definitions_come_as_they_are_in_the_docs(company: Store, tmp_path: Path) -> None:
    pack(company, tmp_path / "q3.zip")

    docs = Path(__file__).parents[3] / "docs" / "definitions.md"
    assert texts_of(tmp_path / "q3.zip")["definitions.md"] == docs.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "scope", "said"),
    [
        ("Q4 2026", "", "an audit pack is of whole months that are over"),
        ("by plan", "", 'an audit pack is of one period, not "by plan"'),
        ("Q3 2026", "smb last-month", "--scope takes accounts, such as smb"),
        ("Q3 2026", "nonsense", "nonsense"),
    ],
)
def test_what_is_no_period_or_no_accounts_is_refused(
    company: Store, tmp_path: Path, words: str, scope: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        pack(company, tmp_path / "x.zip", words, scope=scope)
    assert not list(tmp_path.iterdir())


def test_a_pack_is_the_same_from_either_kind_of_database(
    any_store: Store, original: bytes, tmp_path: Path
) -> None:
    import_anywhere(any_store, MOVEMENTS, closed_through=date(2026, 11, 1))

    pack(any_store, tmp_path / "q3.zip")

    (tmp_path / "other.zip").write_bytes(original)
    for table in ("cohort.csv", "outside.csv", "balances.csv", "totals.csv", "figures.csv"):
        assert rows_of(tmp_path / "q3.zip", table) == rows_of(tmp_path / "other.zip", table)
    verify_pack(tmp_path / "q3.zip")


def test_a_pack_that_is_written_in_many_pieces_is_the_same(
    company: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack(company, tmp_path / "once.zip")
    monkeypatch.setattr("bot.audit_pack.archive._AT_ONCE", 7)

    pack(company, tmp_path / "pieces.zip")

    assert texts_of(tmp_path / "pieces.zip") == texts_of(tmp_path / "once.zip")
    verify_pack(tmp_path / "pieces.zip")


def test_a_pack_that_is_too_large_is_refused_and_nothing_left(
    company: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.audit_pack.archive.LARGEST", 100)

    with pytest.raises(UsageError, match="take a shorter period or a scope"):
        pack(company, tmp_path / "q3.zip")
    assert not list(tmp_path.iterdir())


def test_a_product_is_no_scope_of_a_pack(tmp_path: Path) -> None:
    text = "account_id,date,amount,currency,product\na,2026-01-05,10.00,USD,core\n"
    store = small_company(tmp_path / "company", text)

    with pytest.raises(UsageError, match="an audit pack is of whole accounts"):
        pack(store, tmp_path / "q3.zip", scope="core")
    store.engine.dispose()

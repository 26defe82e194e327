import time
from datetime import date

import pytest

from metrics.segments import Tiers
from storage.columns.derived import differences
from storage.importing.report import ImportReport
from storage.store.engine import Store
from tests.storage.stores import (
    csv_text,
    findings,
    import_text,
    movements,
    reading,
    retention,
    rows,
)

UNKNOWN = (
    "parent_id is no account of this file or of the ledger, nor the name of one: add a row for it,"
    " or leave the cell empty"
)
CIRCLE = "parent_id leads round in a circle"
HEADER = "account_id,parent_id"


def place(store: Store, *pairs: str) -> ImportReport:
    """Import ``"child parent"`` pairs."""
    content = csv_text(*(",".join(pair.split(" ")) for pair in pairs), header=HEADER)
    return import_text(store, content, source="accounts")


def roots(store: Store) -> dict[str, str]:
    return dict(rows(store, "SELECT account_id, root_id FROM ledger_account"))


def balances(store: Store, month: str) -> dict[str, int]:
    day = date.fromisoformat(month)
    with reading(store) as ledger:
        return {member.account_id: member.opening for member in ledger.cohort(day, day)}


def is_sound(store: Store) -> bool:
    with store.read() as session:
        return not differences(session, tiers=Tiers())


def test_accounts_roll_up_to_the_topmost_parent(store: Store) -> None:
    place(store, "hq ", "region hq", "branch region", "other ")

    assert roots(store) == {"hq": "hq", "region": "hq", "branch": "hq", "other": "other"}


def test_a_parent_may_come_after_its_children(store: Store) -> None:
    place(store, "branch region", "region hq", "hq ")

    assert set(roots(store).values()) == {"hq"}


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        pytest.param(["a b", "b a"], [(2, CIRCLE), (3, CIRCLE)], id="two"),
        pytest.param(["a b", "b c", "c a"], [(2, CIRCLE), (3, CIRCLE), (4, CIRCLE)], id="three"),
        pytest.param(["x a", "a b", "b a"], [(2, CIRCLE), (3, CIRCLE), (4, CIRCLE)], id="into-it"),
        pytest.param(["a b", "b nobody"], [(3, UNKNOWN)], id="unknown-is-said-of-its-line-only"),
        pytest.param(["hq below"], [(2, CIRCLE)], id="through-an-account-of-the-ledger"),
    ],
)
def test_parents_that_make_no_tree_are_refused(
    store: Store, pairs: list[str], expected: list[tuple[int, str]]
) -> None:
    place(store, "hq ", "below hq")

    content = csv_text(*(pair.replace(" ", ",") for pair in pairs), header=HEADER)

    assert findings(store, content, source="accounts") == expected


DATED = "account_id,parent_id,valid_from"
PARENTS = (
    "SELECT a.account_id, p.account_id, valid_from FROM account_parent"
    " JOIN account AS a ON a.number = account LEFT JOIN account AS p ON p.number = parent"
    " ORDER BY id"
)
JANUARY, MARCH = 20454, 20513  # 2026-01-01 and 2026-03-01 in days since 1970


def test_a_parent_holds_from_its_day_on_and_a_dash_undoes_it(store: Store) -> None:
    import_text(store, f"{DATED}\nhq,,\na,hq,2026-01-01\na,-,2026-03-01\n", source="accounts")

    assert rows(store, PARENTS) == [("a", "hq", JANUARY), ("a", None, MARCH)]
    assert roots(store) == {"hq": "hq", "a": "a"}


def test_a_parent_without_a_day_was_always_so(store: Store) -> None:
    place(store, "hq ", "a hq")

    assert rows(store, PARENTS) == [("a", "hq", 0)]


def test_a_dash_without_a_day_takes_a_wrong_merge_away_for_good(store: Store) -> None:
    place(store, "hq ", "a hq")

    assert place(store, "a -").imported == 1
    assert rows(store, PARENTS) == [("a", "hq", 0), ("a", None, 0)]
    assert roots(store) == {"hq": "hq", "a": "a"}


def test_an_account_that_is_its_own_parent_is_one_that_has_none(store: Store) -> None:
    place(store, "hq hq", "a hq", "b hq")
    assert rows(store, PARENTS) == [("a", "hq", 0), ("b", "hq", 0)]

    assert place(store, "a a").imported == 1
    assert roots(store) == {"hq": "hq", "a": "a", "b": "hq"}


def test_an_empty_cell_does_not_end_a_parent_and_the_report_says_what_does(store: Store) -> None:
    place(store, "hq ", "a hq", "b hq")

    report = place(store, "hq ", "a ")

    [note] = report.notes
    assert report.imported == 0
    assert note == (
        "An empty parent_id changes nothing: a under hq stays there. Write - for an account that"
        " has no parent any more."
    )
    assert roots(store)["a"] == "hq"


def test_accounts_that_stay_where_they_are_are_counted(store: Store) -> None:
    place(store, "hq ", *(f"a{number} hq" for number in range(5)))

    [note] = place(store, *(f"a{number} " for number in range(5))).notes

    assert "a0 under hq, a1 under hq, a2 under hq and 2 more stay there" in note


def test_that_an_account_has_no_parent_is_nothing_new_where_it_never_had_one(store: Store) -> None:
    place(store, "a -", "b b")

    assert rows(store, PARENTS) == []
    assert place(store, "b -", "a ").imported == 0


def test_the_end_of_a_parent_counts_also_where_the_parent_comes_with_a_later_file(
    store: Store,
) -> None:
    import_text(store, f"{DATED}\na,-,2026-03-01\n", source="accounts")
    import_text(store, f"{DATED}\nhq,,\na,hq,2026-01-01\n", source="accounts")

    assert roots(store) == {"hq": "hq", "a": "a"}
    assert is_sound(store)


NAMED = "account_id,name,parent_id"


def test_a_parent_may_be_given_by_its_name(store: Store) -> None:
    import_text(store, csv_text("1,Acme,", header=NAMED), source="accounts")

    listed = [
        "2,Acme North,Acme",
        "3,Acme Deep South,Acme South",
        "4,Acme South,Acme",
        "5,Solo,Solo",
    ]
    import_text(store, csv_text(*listed, header=NAMED), source="accounts")

    assert roots(store) == {"1": "1", "2": "1", "3": "1", "4": "1", "5": "5"}


def test_a_parent_whose_name_changes_in_the_same_list_is_found_by_the_new_one(store: Store) -> None:
    import_text(store, csv_text("1,Acme,", header=NAMED), source="accounts")

    content = csv_text("1,Apex,", "2,North,Acme", header=NAMED)

    assert findings(store, content, source="accounts") == [(3, UNKNOWN)]
    import_text(store, csv_text("1,Apex,", "2,North,Apex", header=NAMED), source="accounts")
    assert roots(store) == {"1": "1", "2": "1"}


def test_a_name_that_several_accounts_have_is_asked_back_with_their_ids(store: Store) -> None:
    content = csv_text("1,Acme,", "2,Acme,", "3,North,Acme", header=NAMED)

    assert findings(store, content, source="accounts") == [
        (4, "parent_id is the name of 2 accounts: write the id of one, 1, 2")
    ]


def test_a_name_that_many_accounts_have_is_asked_back_with_the_ids_of_some(store: Store) -> None:
    content = csv_text(*(f"{one},Acme," for one in range(1, 10)), "n,North,Acme", header=NAMED)

    [(line, said)] = findings(store, content, source="accounts")

    assert (line, said[:63]) == (
        11,
        "parent_id is the name of 9 accounts: write the id of one, 1, 2,",
    )
    assert said.endswith(", …")


def test_an_id_counts_before_a_name_that_reads_the_same(store: Store) -> None:
    content = csv_text("acme,Holding,", "2,acme,", "3,North,acme", header=NAMED)
    import_text(store, content, source="accounts")

    assert roots(store)["3"] == "acme"


def test_what_is_known_of_a_parent_is_not_said_twice(store: Store) -> None:
    content = f"{DATED}\nhq,,\na,hq,2026-01-01\n"
    import_text(store, content, source="accounts")

    assert import_text(store, f"{content}b,,\n", source="accounts").imported == 1
    assert len(rows(store, PARENTS)) == 1


def test_two_accounts_may_be_each_others_parents_one_after_the_other(store: Store) -> None:
    import_text(store, f"{DATED}\na,b,2026-01-01\nb,,\n", source="accounts")
    swap = "a,-,2026-03-01\nb,a,2026-03-01\n"

    assert import_text(store, f"{DATED}\n{swap}", source="accounts").imported == 2
    assert roots(store) == {"a": "a", "b": "a"}


def test_a_circle_of_any_one_day_is_refused(store: Store) -> None:
    import_text(store, f"{DATED}\na,b,2026-03-01\nb,,\n", source="accounts")

    backwards = f"{DATED}\nb,a,2026-01-01\n"  # right until March

    assert findings(store, backwards, source="accounts") == [(2, CIRCLE)]
    until_february = f"{DATED}\nb,a,2026-01-01\nb,-,2026-02-01\n"
    assert import_text(store, until_february, source="accounts").imported == 2


def test_movements_of_children_are_their_topmost_parents(store: Store) -> None:
    place(store, "hq ", "branch hq")
    import_text(
        store, movements("branch 2026-01-05 100", "hq 2026-01-06 50", "branch 2026-02-05 -100")
    )

    assert balances(store, "2026-02-01") == {"hq": 15_000}
    result = retention(store, "2026-02-01", "2026-03-01")
    assert (result.contraction, result.churn, result.accounts_opening) == (10_000, 0, 1)


def test_coming_under_a_parent_repairs_the_balances_of_both(store: Store) -> None:
    import_text(store, movements("branch 2026-01-05 100", "hq 2026-01-06 50"))

    place(store, "branch hq")

    assert balances(store, "2026-02-01") == {"hq": 15_000}
    assert is_sound(store)


def test_moving_to_another_parent_repairs_the_balances_of_both(store: Store) -> None:
    place(store, "north ", "south ", "branch north", "desk branch")
    import_text(store, movements("desk 2026-01-05 100", "south 2026-01-06 50"))

    place(store, "branch south")

    assert roots(store)["desk"] == "south"
    assert balances(store, "2026-02-01") == {"south": 15_000}
    assert is_sound(store)


def test_a_root_that_comes_under_a_parent_takes_everyone_below_along(store: Store) -> None:
    place(store, "hq ", "branch hq")
    import_text(store, movements("branch 2026-01-05 100", "hq 2026-01-06 50"))

    place(store, "group ", "hq group")

    assert set(roots(store).values()) == {"group"}
    assert balances(store, "2026-02-01") == {"group": 15_000}
    assert is_sound(store)


def test_an_empty_parent_says_nothing(store: Store) -> None:
    place(store, "hq ", "branch hq")

    assert place(store, "branch ").imported == 0
    assert roots(store)["branch"] == "hq"


def test_attributes_of_the_topmost_account_count(store: Store) -> None:
    content = csv_text("hq,,enterprise", "branch,hq,smb", header="account_id,parent_id,segment")
    import_text(store, content, source="accounts")
    import_text(store, movements("branch 2026-01-05 100"))

    opening = retention(store, "2026-02-01", "2026-03-01", ("segment", "enterprise")).opening

    assert opening == 10_000


def test_a_new_name_is_news_and_the_same_name_is_not(store: Store) -> None:
    imports = [
        import_text(store, f"account_id,name\na,{name}\nb,B\n", source="accounts")
        for name in ("A", "Alpha", "Alpha ")
    ]

    assert [report.imported for report in imports] == [2, 1, 0]
    assert rows(store, "SELECT name FROM account WHERE account_id = 'a'") == [("Alpha",)]


def test_a_long_chain_of_parents_is_walked_once(store: Store) -> None:
    pairs = [f"a{n} a{n + 1}" for n in range(3_000)] + ["a3000 "]
    started = time.process_time()

    place(store, *pairs)

    assert set(roots(store).values()) == {"a3000"}
    assert time.process_time() - started < 5

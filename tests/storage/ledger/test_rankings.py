"""Accounts at risk and ready to expand: each sign planted by itself, and how right a list was."""

from datetime import date
from fractions import Fraction

from metrics.score_rules import AT_RISK, READY, Hindsight, Sign
from storage.ledger.ranked_accounts import RankedAccounts
from storage.store.engine import Store
from tests.storage.ledger.test_currencies import quote
from tests.storage.stores import TODAY, csv_text, import_text, reading

DAY = date(2026, 7, 1)
EVERY = 1_000
HEADER = "account_id,date,amount,currency,driver,segment,owner"
ROWS = (
    "calm 2025-01-05 100 - smb tess",
    "shrank 2025-01-05 100 - smb tess",
    "shrank 2026-05-10 -1.5 - - -",
    "shrank 2026-06-10 -1.5 - - -",
    "small 2025-01-05 1000 - smb tess",  # in both months, by less than two percent
    "small 2026-05-10 -9 - - -",
    "small 2026-06-10 -9 - - -",
    "contracted 2025-01-05 100 - ent tess",
    "contracted 2026-04-02 -10 - - -",
    "before 2025-01-05 100 - ent tess",
    "before 2026-04-01 -10 - - -",  # 91 days before the day
    "new 2026-04-03 70 - ent tess",
    "older 2026-04-02 70 - ent tess",  # it has paid for 90 days
    "grew 2025-01-05 100 - ent tess",
    "grew 2026-05-10 5 - - -",
    "grew 2026-06-10 5 - - -",
    "alone 2026-05-20 30 - smb -",
)


def land(store: Store, rows: tuple[str, ...] = ROWS, *, today: date = TODAY) -> None:
    lines = []
    for row in rows:
        account, day, amount, *texts = row.split()
        driver, segment, owner = (text.strip("-") for text in texts)
        lines.append(f"{account},{day},{amount},USD,{driver},{segment},{owner}")
    import_text(store, csv_text(*lines, header=HEADER), today=today)


def ranked(
    store: Store, *scope: tuple[str, str], is_risk: bool = True, today: date = DAY
) -> RankedAccounts:
    with reading(store) as ledger:
        return ledger.ranked_accounts(DAY, scope, today=today, is_risk=is_risk, first=0, most=EVERY)


def signs_of(found: RankedAccounts) -> dict[str, list[Sign]]:
    return {one.account_id: [shown.sign for shown in one.signs] for one in found.listed}


def test_each_sign_of_the_ledger_is_found_at_its_limit(store: Store) -> None:
    land(store)

    assert signs_of(ranked(store)) == {
        "shrank": [Sign.SHRINKING, Sign.CONTRACTED],
        "alone": [Sign.NEW_HERE, Sign.NO_OWNER],
        "contracted": [Sign.CONTRACTED],
        "new": [Sign.NEW_HERE],
    }
    assert signs_of(ranked(store, is_risk=False)) == {"grew": [Sign.GROWING]}


def test_a_score_is_the_sum_of_the_weights_shown_and_orders_the_list(sqlite_store: Store) -> None:
    land(sqlite_store)
    found = ranked(sqlite_store)
    weights = {rule.sign: rule.weight for rule in AT_RISK.rules}

    assert [(one.account_id, one.score) for one in found.listed] == [
        *(("shrank", 45), ("alone", 25), ("contracted", 20), ("new", 20)),
    ]
    for one in found.listed:
        assert one.score == sum(shown.weight for shown in one.signs)
        assert all(shown.weight == weights[shown.sign] for shown in one.signs)
    assert (found.count, found.mrr) == (4, 97_00 + 30_00 + 90_00 + 70_00)


def test_reasons_say_what_they_rest_on(sqlite_store: Store) -> None:
    land(sqlite_store)
    details = {
        (one.account_id, shown.sign): shown.detail
        for one in ranked(sqlite_store).listed
        for shown in one.signs
    }

    assert details["shrank", Sign.SHRINKING] == Fraction(3, 100)
    assert details["contracted", Sign.CONTRACTED] == 10_00
    assert details["new", Sign.NEW_HERE] == date(2026, 4, 3)
    assert details["alone", Sign.NO_OWNER] is None


def test_what_an_account_lost_on_a_day_is_what_the_day_came_to(sqlite_store: Store) -> None:
    changes = ("swapped 2026-05-10 {} - - -", "moved 2026-06-20 {} - - -")
    land(
        sqlite_store,
        (
            *(f"{name} 2025-01-05 100 - smb tess" for name in ("swapped", "moved")),
            *(changes[0].format(amount) for amount in (60, -61)),
            *(changes[1].format(amount) for amount in (60, -62)),
        ),
    )

    [one] = ranked(sqlite_store).listed

    details = {shown.sign: shown.detail for shown in one.signs}
    assert (one.account_id, details) == ("moved", {Sign.CONTRACTED: 2_00})


def test_what_an_account_lost_and_pays_is_in_one_currency(sqlite_store: Store) -> None:
    rows = ("us,2025-01-05,100,USD", "eu,2025-01-05,100,EUR", "eu,2026-05-10,-10,EUR")
    lines = (f"{row},,smb,tess" for row in rows)
    import_text(sqlite_store, csv_text(*lines, header=HEADER))
    quote(sqlite_store, "2025-01-01 USD 1.10", "2026-06-30 USD 1.25")

    [one] = ranked(sqlite_store).listed

    details = {shown.sign: shown.detail for shown in one.signs}
    assert (one.account_id, one.mrr, details) == ("eu", 112_50, {Sign.CONTRACTED: 12_50})


def test_a_scope_has_its_own_accounts_and_groups_have_those_of_all(sqlite_store: Store) -> None:
    land(sqlite_store)
    found = ranked(sqlite_store, ("segment", "ent"))

    assert [one.account_id for one in found.listed] == ["contracted", "new"]
    assert sum(one.listed for one in found.groups) == 2
    assert sum(one.others for one in found.groups) == 3  # before, older, grew
    assert sum(one.mrr for one in found.groups) == found.mrr


def test_a_ledger_without_owners_lacks_none(sqlite_store: Store) -> None:
    land(sqlite_store, ("alone 2026-05-20 30 - smb -",))

    assert signs_of(ranked(sqlite_store)) == {"alone": [Sign.NEW_HERE]}


def test_contracts_tell_of_renewals_notice_and_failed_payments(sqlite_store: Store) -> None:
    head = "contract_id,account_id,start,end,amount,currency,per,status,cancelled_on,past_due_since"
    rows = (
        "c1,soon,2025-09-01,2027-01-19,1200,USD,year,active,,",  # renews 60 days after the day
        "c2,late,2025-09-01,2027-01-20,1200,USD,year,active,,",
        "c3,leaves,2025-09-01,2026-12-31,1600,USD,total,cancelled,2026-06-20,",
        "c4,failed,2025-09-01,2027-08-31,2400,USD,total,past due,,2026-11-05",
    )
    import_text(sqlite_store, csv_text(*rows, header=head), source="contracts")
    import_text(sqlite_store, csv_text("soon,2026-10-30,-5,USD", "late,2026-10-30,-5,USD"))
    day, today = date(2026, 11, 1), date(2026, 11, 21)
    with reading(sqlite_store) as ledger:
        found = ledger.ranked_accounts(day, (), today=today, is_risk=True, first=0, most=EVERY)

    assert {
        one.account_id: {shown.sign: shown.detail for shown in one.signs} for one in found.listed
    } == {
        "leaves": {Sign.LEAVING: date(2026, 12, 31)},
        "failed": {Sign.PAST_DUE: date(2026, 11, 5)},
        "soon": {Sign.CONTRACTED: 5_00, Sign.RENEWS_SOON: date(2027, 1, 20)},
        "late": {Sign.CONTRACTED: 5_00},
    }


def test_who_renews_on_the_day_itself_stands_before_it_and_renews_soon(store: Store) -> None:
    head = "contract_id,account_id,start,end,amount,currency,auto_renew"
    term = "c1,now,2025-11-21,2026-11-20,1200,USD,yes"
    import_text(store, csv_text(term, header=head), source="contracts", today=TODAY)
    import_text(store, csv_text("now,2026-11-19,-5,USD"), today=TODAY)
    day = date(2026, 11, 21)
    with reading(store) as ledger:
        found = ledger.ranked_accounts(day, (), today=day, is_risk=True, first=0, most=EVERY)

    [account] = found.listed
    assert [shown.detail for shown in account.signs if shown.sign is Sign.RENEWS_SOON] == [day]


def test_movements_that_wait_tell_who_leaves_on_which_day(store: Store) -> None:
    rows = (
        *(f"{name} 2025-01-05 100 - smb tess" for name in ("all", "halves", "part", "pauses")),
        "all 2026-08-31 -100 price smb tess",
        *("halves 2026-08-31 -40 price smb tess", "halves 2026-10-31 -60 price smb tess"),
        *("part 2026-08-31 -99 price smb tess", "pauses 2026-08-31 -100 pause smb tess"),
    )
    land(store, rows, today=DAY)
    with reading(store) as ledger:
        found = ledger.ranked_accounts(DAY, (), today=DAY, is_risk=True, first=0, most=EVERY)

    assert {
        one.account_id: {shown.sign: shown.detail for shown in one.signs} for one in found.listed
    } == {
        "all": {Sign.LEAVING: date(2026, 8, 31)},
        "halves": {Sign.LEAVING: date(2026, 10, 31)},
    }


def test_signals_tell_of_seats_capacity_and_logins(sqlite_store: Store) -> None:
    land(sqlite_store, tuple(f"{name} 2025-01-05 100 - smb tess" for name in "abcd"))
    signals = (
        "account_id,day,metric,value",
        "a,2026-06-20,seat_usage,0.80",
        "b,2026-06-20,seat_usage,79.9",  # percent
        "b,2026-06-21,capacity_usage,90",
        *("c,2026-05-10,logins,40", "c,2026-06-10,logins,20"),
        *("d,2026-05-10,logins,40", "d,2026-06-10,logins,21"),
    )
    import_text(sqlite_store, "\n".join((*signals, "")), source="signals")

    expanding = ranked(sqlite_store, is_risk=False)
    assert signs_of(expanding) == {"a": [Sign.SEATS_FULL], "b": [Sign.NEAR_CAPACITY]}
    assert [shown.detail for one in expanding.listed for shown in one.signs] == [
        *(Fraction(80, 100), Fraction(90, 100)),
    ]
    assert signs_of(ranked(sqlite_store)) == {"c": [Sign.LOGINS_DOWN]}


def test_logins_and_active_users_are_held_against_their_own(sqlite_store: Store) -> None:
    land(sqlite_store, tuple(f"{name} 2025-01-05 100 - smb tess" for name in "ab"))
    signals = (
        "account_id,day,logins,active_users",
        *("a,2026-05-10,400,", "a,2026-06-10,400,40", "a,2026-06-20,,40"),
        *("b,2026-05-10,400,40", "b,2026-06-10,100,40"),
    )
    import_text(sqlite_store, "\n".join((*signals, "")), source="signals")

    [one] = ranked(sqlite_store).listed

    details = {shown.sign: shown.detail for shown in one.signs}
    assert (one.account_id, details) == ("b", {Sign.LOGINS_DOWN: Fraction(3, 4)})


def test_an_earlier_list_is_held_against_what_its_accounts_pay_a_month_later(
    sqlite_store: Store,
) -> None:
    # on 1 June two are new: one leaves in June; of the three others one shrinks by a tenth
    land(
        sqlite_store,
        (
            *(f"{name} 2026-05-02 10 - smb tess" for name in ("stays", "leaves")),
            *(f"{name} 2025-01-05 10 - smb tess" for name in ("a", "b", "c")),
            "leaves 2026-06-20 -10 price - -",
            "b 2026-06-21 -1 price - -",
        ),
    )

    past = ranked(sqlite_store).hindsight
    assert past == Hindsight(listed=2, listed_right=1, every=5, every_right=2)
    assert (past.precision, past.base_rate) == (Fraction(1, 2), Fraction(2, 5))


def test_no_single_sign_of_little_weight_lists_an_account() -> None:
    light = {rule.sign for rule in AT_RISK.rules if rule.weight < AT_RISK.least}

    assert light == {Sign.RENEWS_SOON, Sign.NO_OWNER}
    assert min(rule.weight for rule in READY.rules) >= READY.least

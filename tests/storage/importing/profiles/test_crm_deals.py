"""Deals of HubSpot and Salesforce.

HubSpot's columns are those of an export of all deals that a public script lists: Record ID, Deal
Name, Deal Stage, Close Date, Deal owner, Amount, Pipeline; Salesforce's those of an opportunities
report: Account Name, Opportunity Name, Stage, Close Date, Amount. Start and end are properties
that companies add.
"""

from storage.store.engine import Store
from tests.storage.stores import csv_text, import_text, retention, rows

MOVED = "SELECT account_id, effective_on, amount_minor FROM ledger_movement ORDER BY 2, 1"
HUBSPOT = (
    '"Record ID","Deal Name","Deal Stage","Close Date","Deal owner","Amount","Pipeline",'
    '"Associated Company","Contract Start Date","Contract End Date","Currency"'
)


def test_won_deals_of_hubspot_are_terms_and_a_renewal_joins(store: Store) -> None:
    content = csv_text(
        '"1","Anna 2025","Closed Won (Sales Pipeline)","2025-07-20 10:12","Maya","12000","Sales",'
        '"Anna Ltd","2025-08-01","2026-07-31","USD"',
        '"2","Anna renewal","Closed Won (Sales Pipeline)","2026-07-25 09:00","Maya","15000",'
        '"Sales","Anna Ltd","2026-08-01","2027-07-31","USD"',
        '"3","Bert","Closed Lost (Sales Pipeline)","2026-08-01 09:00","Maya","9000","Sales",'
        '"Bert Ltd","2026-08-01","2027-07-31","USD"',
        header=HUBSPOT,
    )

    import_text(store, content, source=None)

    # 12,000 and 15,000 by twelve: 1,000 and 1,250 a month
    found = retention(store, "2026-08-01", "2026-09-01")
    assert (found.opening, found.closing) == (100_000, 125_000)
    assert rows(store, "SELECT DISTINCT account_id FROM ledger_movement") == [("Anna Ltd",)]
    owner = "SELECT DISTINCT value FROM ledger_attribute WHERE dimension = 'owner'"
    assert rows(store, owner) == [("Maya",)]


def test_an_opportunity_without_a_start_counts_from_its_close_date(store: Store) -> None:
    content = csv_text(
        "006A,Anna Ltd,Anna 2026,Closed Won,2026-05-10,,2027-05-09,12000.00",
        "006B,Bert Ltd,Bert 2026,Negotiation/Review,2026-06-10,,2027-06-09,6000.00",
        header="Opportunity ID,Account Name,Opportunity Name,Stage,Close Date,Start Date,End Date"
        ",ARR",
    )
    content = content.replace(",ARR", ",ARR,Currency").replace("00.00", "00.00,USD")

    import_text(store, content, source=None)

    assert rows(store, MOVED)[0] == ("Anna Ltd", "2026-05-10", 100_000)
    assert {row[0] for row in rows(store, MOVED)} == {"Anna Ltd"}

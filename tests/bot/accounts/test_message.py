from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from bot.accounts.moves import AccountMoves
from bot.answers.document import reply_json
from bot.answers.reply import private_reply
from bot.answers.terminal import print_reply
from bot.questions.buttons import CSV_FILE, IN_FULL, LISTS, PAGE_BACK, PAGE_ON, SHARE, WHY
from bot.questions.question import Listing
from metrics.moved import Moved
from metrics.retention import NOTHING, Retention
from storage.ledger.account_changes import MovedAccounts
from tests.bot.offered import offered
from tests.bot.sample_views import ACME, sample_moves
from tests.bot.style.heights import PHONE, height_of
from tests.metrics.retentions import retention_of


def lines(moves: AccountMoves) -> list[str]:
    return private_reply(moves, can_share=False, main_dimension="segment").text.split("\n")


def printed(moves: AccountMoves) -> str:
    console = Console(file=StringIO(), width=80)
    with console.capture() as capture:
        print_reply(moves, console)
    return " ".join(capture.get().split())


def many(count: int, *, page: int = 1, top: int | None = None) -> AccountMoves:
    """Return a page of so many accounts that left."""
    moves, on_page = sample_moves(Moved.CHURNED), min(10, count - 10 * (page - 1))
    listed = tuple(replace(ACME, account_id=f"a{number}") for number in range(on_page))
    listing = Listing(moved=Moved.CHURNED, page=page, top=top)
    found = MovedAccounts(count=count, lost=410_000 * count, gained=0, listed=listed)
    return replace(moves, question=moves.question.with_listing(listing), found=found)


def test_whatever_moved_a_base_is_listed_with_balances_points_and_owner() -> None:
    assert lines(sample_moves()) == [
        "Accounts that moved NRR of smb in Q3 2026",
        "1 of 20 accounts left; $4.1k of MRR was lost and $400 gained.",
        "Acme Ltd: −$4.1k (−0.5 pts, tess)",
        "a2: +$400 ($1k → $1.4k, +0.1 pts)",
        "Closed through Oct 2026 · definitions v2",
    ]


def test_one_outcome_says_what_its_accounts_come_to_and_why() -> None:
    left = replace(ACME, drivers={"price": -410_000})

    assert lines(sample_moves(Moved.CHURNED, (left,), reasons={"price": -410_000})) == [
        "1 account of smb left in Q3 2026 with $4.1k MRR",
        "That is 0.5% of opening MRR; price first.",
        "Acme Ltd: −$4.1k (−0.5 pts, price, tess)",
        "Closed through Oct 2026 · definitions v2",
    ]


def test_losses_are_of_those_who_left_and_those_who_shrank() -> None:
    shrank = replace(ACME, account_id="a2", name=None, closing=100_000)
    reasons = {"price": -720_000}

    assert lines(sample_moves(Moved.LOSSES, (ACME, shrank), reasons=reasons))[:2] == [
        "2 accounts of smb left or shrank in Q3 2026 by $7.2k MRR",
        "That is 0.9% of opening MRR; price first.",
    ]


def test_an_outcome_of_nobody_is_one_sentence() -> None:
    assert lines(sample_moves(Moved.PAUSED, ())) == [
        "No account of smb paused in Q3 2026",
        "Closed through Oct 2026 · definitions v2",
    ]


@pytest.mark.parametrize(
    ("retention", "said"),
    [
        (NOTHING, "Nobody paid when Q3 2026 opened."),
        (
            retention_of(100, accounts=7),
            "None of 7 accounts pays more or less.",
        ),
    ],
    ids=["nobody paid", "nothing moved"],
)
def test_a_base_that_nothing_moved_has_one_sentence(retention: Retention, said: str) -> None:
    still = MovedAccounts(count=0, lost=0, gained=0, listed=())

    assert lines(replace(sample_moves(), retention=retention, found=still))[1] == said


def test_a_page_says_where_it_is_and_leads_to_the_next() -> None:
    first = private_reply(many(23), can_share=True, main_dimension="segment")
    last = private_reply(many(23, page=3), can_share=True, main_dimension="segment")

    assert "1 to 10 of 23, the largest first." in first.text
    assert "21 to 23 of 23, the largest first." in last.text
    assert list(offered(first))[:5] == [PAGE_ON, CSV_FILE, WHY, IN_FULL, SHARE]
    assert offered(first)[PAGE_ON] == "accounts-churned segment:smb 2026-Q3 page-2"
    assert offered(last)[PAGE_BACK] == "accounts-churned segment:smb 2026-Q3 page-2"
    assert PAGE_ON not in offered(last)
    assert offered(first)[LISTS[Moved.EXPANDED]] == "accounts-expanded segment:smb 2026-Q3"


@pytest.mark.parametrize(("page", "is_more"), [(1, True), (2, False)])
def test_a_limit_ends_the_pages(page: int, *, is_more: bool) -> None:
    message = private_reply(many(23, page=page, top=12), can_share=True, main_dimension="segment")

    assert (PAGE_ON in offered(message)) is is_more


def test_a_page_behind_the_last_one_says_so() -> None:
    moves = many(3)
    behind = replace(
        moves,
        question=moves.question.with_listing(Listing(moved=Moved.CHURNED, page=9)),
        found=replace(moves.found, listed=()),
    )

    assert "There is no page 9: the list has 3 accounts." in lines(behind)


def test_the_terminal_says_how_to_get_every_account() -> None:
    words = printed(many(23))

    assert "Account Change Points Owner" in words
    assert "nrrbot ask 'accounts-churned segment:smb 2026-Q3' --csv FILE.csv" in words


def test_json_gives_each_account_and_the_sum_of_all() -> None:
    document = reply_json(sample_moves())

    assert (document["count"], document["sum"]) == (2, "-3700.00")
    assert [one["account_id"] for one in document["accounts"]] == ["a1", "a2"]
    [loss] = document["losses"]
    assert (loss["account_id"], loss["owner"], loss["change"]) == ("a1", "tess", "-4100.00")
    assert loss["points"] == "-0.005125"


def test_it_fits_on_a_screen_with_many_long_names() -> None:
    long = replace(
        ACME, name="A name that takes forty letters to write", attributes={"owner": "x" * 30}
    )
    moves = many(40)
    full = replace(moves, found=replace(moves.found, listed=(long,) * 10))

    message = private_reply(full, can_share=True, main_dimension="segment")

    assert height_of(message.blocks) <= 700
    assert height_of(message.blocks, PHONE) <= 1_000

from dataclasses import replace
from io import StringIO

from rich.console import Console

from bot.answers.document import reply_json
from bot.answers.reply import private_reply
from bot.answers.terminal import print_reply
from storage.ledger.account_changes import AccountChanges
from tests.bot.sample_views import ACME, sample_moves
from tests.bot.style.heights import height_of


def test_the_largest_losses_and_gains_are_listed_with_balances_points_and_owner() -> None:
    message = private_reply(sample_moves(), can_share=False, main_dimension="segment")

    assert message.text.split("\n") == [
        "Accounts that moved NRR of smb in Q3 2026",
        "1 of 20 accounts left; the largest loss is 11.4% of the $36k that was lost.",
        "Largest losses",
        "Acme Ltd: −$4.1k ($4.1k → $0, −0.5 pts, tess)",
        "Largest gains",
        "a2: +$400 ($1k → $1.4k, +0.1 pts)",
        "Closed through Oct 2026 · definitions v2",
    ]


def test_the_terminal_says_how_to_get_every_account() -> None:
    console = Console(file=StringIO(), width=80)
    with console.capture() as capture:
        print_reply(sample_moves(), console)

    words = " ".join(capture.get().split())
    assert "Acme Ltd $4.1k $0 −$4.1k −0.5 tess" in words
    assert "nrrbot ask 'segment:smb 2026-Q3' --cohort FILE.csv" in words


def test_json_gives_each_account() -> None:
    [loss] = reply_json(sample_moves())["losses"]

    assert (loss["account_id"], loss["owner"], loss["change"]) == ("a1", "tess", "-4100.00")
    assert loss["points"] == "-0.005125"


def test_it_fits_on_a_screen_with_many_long_names() -> None:
    long = replace(
        ACME, name="A name that takes forty letters to write", attributes={"owner": "x" * 30}
    )
    moves = replace(sample_moves(), changes=AccountChanges(gains=(long,) * 12, losses=(long,) * 12))

    message = private_reply(moves, can_share=True, main_dimension="segment")

    assert height_of(message.blocks) <= 700

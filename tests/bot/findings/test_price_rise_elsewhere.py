"""A price rise is named although another segment's losses cost the whole more."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING
from bot.answers.answer import Answer
from bot.answers.answers import Answers
from bot.answers.wording.findings import finding_lines
from metrics.activity import Activity
from metrics.findings.causes import could_have_risen
from metrics.rollup import Scope
from storage.ledger.ledger import Ledger
from tests.bot.small_company import answers_from, small_company

HEADER = "movement_id,account_id,date,amount,currency,driver,segment\n"
RISE = "in smb a price rise brought $340 of MRR in twelve months, and then cost $600"


def ledger(*, price: str) -> str:
    """Write 20 accounts of big at $1,000 and 40 of smb at $100, which a price rise lifts by $10.

    Three of big leave in October 2026 and six of smb in August: of the accounts that paid twelve
    months ago 34 pay $10 more, and six are gone with $100 each.
    """
    rows = [f"b{n},big-{n},2025-06-15,1000.00,USD,new_logo,big" for n in range(20)]
    rows += [f"s{n},smb-{n},2025-06-15,100.00,USD,new_logo,smb" for n in range(40)]
    rows += [f"r{n},smb-{n},2026-03-01,10.00,USD,{price}," for n in range(40)]
    rows += [f"x{n},smb-{n},2026-08-10,-110.00,USD,{price}," for n in range(6)]
    rows += [f"y{n},big-{n},2026-10-10,-1000.00,USD,competitor," for n in range(3)]
    return HEADER + "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    folder: Path = tmp_path_factory.mktemp("rise") / "of"
    store = small_company(folder, ledger(price="price"))
    yield answers_from(store)
    store.engine.dispose()


def lines(answers: Answers, text: str) -> str:
    reply = answers.reply(text)
    assert isinstance(reply, Answer)
    return " ".join(finding_lines(reply))


@pytest.mark.parametrize("text", ["", "ttm", "by segment last-month"])
def test_it_is_one_clause_after_the_leak_that_costs_more(answers: Answers, text: str) -> None:
    said = lines(answers, text)

    assert "leak is big" in said
    assert RISE in said
    assert said.count("price rise") == 1


def test_of_the_segment_itself_it_is_said_once(answers: Answers) -> None:
    assert RISE not in lines(answers, "smb last-month")


def test_nobody_reads_of_it_whom_its_segment_is_hidden_from(answers: Answers) -> None:
    reply = answers.reply("", visibility=EVERYTHING.without_accounts())

    assert isinstance(reply, Answer)
    shown = {part.value for part in reply.breakdown}
    assert ("smb" in shown) == (RISE in " ".join(finding_lines(reply)))


@pytest.mark.parametrize(
    ("most", "can"),
    [
        ((500, 500), True),  # half a point of 100,000 either way, and half of all expansion
        ((499, 500), False),
        ((500, 499), False),
        ((501, 500), True),
    ],
)
def test_a_rise_can_be_where_price_moved_half_a_point_either_way(
    most: tuple[int, int], *, can: bool
) -> None:
    assert could_have_risen(most, opening=100_000, expansion=1_000) is can
    assert not could_have_risen(most, opening=100_000, expansion=1_003)


def test_where_no_segment_gained_by_price_no_year_is_split_by_driver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = small_company(tmp_path, ledger(price="usage"))
    asked: list[Scope] = []
    split = Ledger.changes_by_driver

    def noted(self: Ledger, start: date, end: date, scope: Scope = ()) -> Activity:
        asked.append(scope)
        return split(self, start, end, scope)

    monkeypatch.setattr(Ledger, "changes_by_driver", noted)
    lines(answers_from(store), "ttm")

    assert set(asked) <= {(("segment", "big"),)}  # the leak's own reasons
    store.engine.dispose()


def test_losses_for_other_reasons_are_no_price_rise(tmp_path: Path) -> None:
    store = small_company(tmp_path, ledger(price="usage"))

    assert "price rise" not in lines(answers_from(store), "")
    store.engine.dispose()

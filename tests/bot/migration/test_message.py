"""Migration as people read it, each matrix a plain value worked by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING
from bot.answers.document import reply_json
from bot.answers.reply import private_reply, reply_picture
from bot.answers.small_cohorts import SmallCohortError
from bot.charts.picture import png
from bot.charts.values import Empty, HeatMap
from bot.errors import UsageError
from bot.migration.chart import matrix_chart
from bot.migration.matrix import MigrationMatrix
from bot.migration.message import printed_matrix
from bot.migration.wording import HIDDEN, finding, headline, left_line, matrix_grid
from bot.questions.question import Question, View, Words
from bot.style.parts import Table
from metrics.migration import Cell, Flow, Migration
from metrics.retention import NOTHING
from tests.bot.sample_answers import period_of, sample_answer
from tests.bot.small_company import answers_from, reply_of, small_company
from tests.bot.style.heights import PHONE, height_of
from tests.metrics.test_migration import BASE, PLANS

HEAD = "movement_id,account_id,date,amount,currency,driver,plan\n"


def matrix(migration: Migration = PLANS) -> MigrationMatrix:
    question = Question(
        words=Words(text="plans"), scope=(), period=period_of("2026-Q3"), view=View.MIGRATION
    )
    return MigrationMatrix(
        question=question,
        grounds=sample_answer().grounds,
        dimension="plan",
        retention=BASE,
        migration=migration,
    )


def test_who_moved_and_what_that_came_to_is_said_first() -> None:
    assert headline(matrix()) == "4 accounts changed plan in Q3 2026: +$1.4 MRR"
    assert finding(matrix()) == (
        "Largest moves: starter → growth +$2 (3 accounts), growth → starter −$0.6 (1 account)."
    )
    assert left_line(matrix()) == (
        "2 of 35 accounts left; the most MRR was lost from starter ($2)."
    )


def test_a_period_without_a_move_is_said_to_have_none() -> None:
    still = matrix(Migration(flows={("a", "a"): PLANS.flows["starter", "starter"]}))

    assert headline(still) == "No account changed its plan in Q3 2026"
    assert finding(still) is None


def test_a_cell_has_accounts_and_what_they_pay_then() -> None:
    grid = matrix_grid(matrix())

    assert [cell.replace("\u00a0", " ") for cell in grid.header] == [
        *("Plan", "→ starter", "→ growth", "→ left"),
    ]
    assert grid.rows == (
        ("starter", "20 · $21", "3 · $5", "2 · $2"),
        ("growth", "1 · $0.4", "9 · $9", ""),
        ("new or back", "", "4 · $4", ""),
    )


def test_the_terminal_has_accounts_and_mrr_apart() -> None:
    accounts, amounts = (part.grid for part in printed_matrix(matrix()) if isinstance(part, Table))

    assert accounts.rows[0] == ("starter", "20", "3", "2")
    assert amounts.rows[0] == ("starter", "$21", "$5", "$2")


def test_the_picture_leaves_those_that_stayed_without_colour() -> None:
    chart = matrix_chart(matrix())

    assert isinstance(chart, HeatMap)
    assert [[cell and float(cell.share) for cell in row.cells] for row in chart.rows] == [
        [0.0, 0.12, -0.08],
        [-0.1, 0.0, None],
    ]
    picture = reply_picture(matrix())
    assert picture is not None
    assert picture.png.startswith(b"\x89PNG")
    assert "starter to growth 3" in picture.alt_text
    empty = replace(matrix(Migration(flows={})), retention=NOTHING)
    assert isinstance(matrix_chart(empty), Empty)


def test_the_picture_has_no_share_beside_a_cell_that_must_not_be_shown() -> None:
    shown = PLANS.without_few(arrivals_too=False)

    chart = matrix_chart(matrix(shown))

    assert isinstance(chart, HeatMap)
    cells = [cell for row in chart.rows for cell in row.cells if cell is not None]
    assert shown.hidden
    assert {float(cell.share) for cell in cells} == {0.0}
    assert HIDDEN in {cell.label for cell in cells}
    assert (chart.head, {row.note for row in chart.rows}) == ("", {""})
    assert png(chart).startswith(b"\x89PNG")


def test_a_message_is_no_higher_than_an_answer() -> None:
    six: dict[Cell, Flow] = {
        (a, b): PLANS.flows["starter", "growth"] for a in "abcdefgh" for b in "abcdefgh"
    }
    message = private_reply(matrix(Migration(flows=six)), can_share=True, main_dimension="segment")

    assert height_of(message.blocks) <= 700
    assert height_of(message.blocks, PHONE) <= 1_400


def test_json_has_the_cells_in_one_order_whatever_came_into_the_ledger_first() -> None:
    other = Migration(flows=dict([*PLANS.flows.items()][::-1]))

    assert reply_json(matrix(other)) == reply_json(matrix())


def test_json_has_every_way_that_accounts_went() -> None:
    document = reply_json(matrix())

    assert document["dimension"] == "plan"
    assert {
        "from": "starter",
        "to": None,
        "went": "left",
        "accounts": 2,
        "opening_mrr": "2.00",
        "closing_mrr": "0.00",
    } in document["migration"]
    assert {one["went"] for one in document["migration"]} == {
        *("stayed", "moved", "left", "new or back"),
    }


class TestAccess:
    COMPANY = EVERYTHING.without_accounts()

    def ledger(self) -> str:
        """Write 12 that stay on a, 9 that go to b, 3 that go from b to a and 11 that stay on b."""
        groups = [(12, "a", "a"), (9, "a", "b"), (3, "b", "a"), (11, "b", "b")]
        every = [(before, after) for count, before, after in groups for _ in range(count)]
        return HEAD + "".join(
            f"m{n},x{n},2026-01-01,100.00,USD,,{before}\nn{n},x{n},2026-08-01,1.00,USD,,{after}\n"
            for n, (before, after) in enumerate(every)
        )

    def shown(self, folder: Path, asked: str) -> MigrationMatrix:
        answers = answers_from(small_company(folder, self.ledger()))
        return reply_of(MigrationMatrix, answers, asked, visibility=self.COMPANY)

    def test_a_cell_of_three_is_not_shown_nor_what_it_is_the_difference_of(
        self, tmp_path: Path
    ) -> None:
        # b → a has 3: 11 beside it in its row and 12 in its column go with it
        found = self.shown(tmp_path, "plans 2026-Q3")

        assert found.migration.flows.keys() == {("a", "b")}
        assert matrix_grid(found).rows[1][1:] == (HIDDEN, HIDDEN)
        assert "3" not in str(reply_json(found)["migration"])

    def test_of_a_part_no_cell_is_shown(self, tmp_path: Path) -> None:
        with pytest.raises(SmallCohortError):
            self.shown(tmp_path, "migration by plan acv_tier:under-25k 2026-Q3")


def test_a_ledger_without_plans_says_what_has_moves(tmp_path: Path) -> None:
    answers = answers_from(small_company(tmp_path))

    with pytest.raises(UsageError, match=r"no file has brought plans.*Try: migration by industry"):
        answers.reply("plans last-quarter")
    assert isinstance(answers.reply("migration by segment last-quarter"), MigrationMatrix)


def test_products_do_not_move(tmp_path: Path) -> None:
    text = HEAD.replace("plan", "product") + "m1,a,2026-01-01,1.00,USD,,core\n"
    answers = answers_from(small_company(tmp_path, text))

    with pytest.raises(UsageError, match="none moves between them"):
        answers.reply("migration by product 2026-Q3")

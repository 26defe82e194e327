"""Every row of the demo company is a row that the importer must agree with."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from bot.demo.company import COLUMNS, DemoPlan, movements

TODAY = date(2026, 11, 21)
ATTRIBUTES = ("segment", "industry", "channel", "plan", "region", "owner")

PLANS = st.builds(
    DemoPlan,
    accounts=st.integers(1, 40),
    months=st.integers(1, 30),
    seed=st.integers(0, 10**6),
)
DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A row, with the account's cents before and after it and whether it had paid before."""

    cells: dict[str, str]
    before: int
    after: int
    has_paid: bool


def cents(cell: str) -> int:
    return int(cell.replace(".", ""))


def replay(plan: DemoPlan, today: date) -> Iterator[Step]:
    balances: dict[str, int] = {}
    for row in movements(plan, today=today):
        cells = dict(zip(COLUMNS, row, strict=True))
        account = cells["account_id"]
        before = balances.get(account, 0)
        after = before + cents(cells["amount"])
        yield Step(cells=cells, before=before, after=after, has_paid=account in balances)
        balances[account] = after


def kind_of(step: Step) -> str:
    if step.after == step.before:
        return ""
    if step.before == 0:
        return "reactivation" if step.has_paid else "new"
    if step.after == 0:
        return "churn"
    return "expansion" if step.after > step.before else "contraction"


@given(plan=PLANS, today=DAYS)
def test_types_and_balances_are_what_a_replay_says(plan: DemoPlan, today: date) -> None:
    for step in replay(plan, today):
        assert step.after >= 0
        assert cents(step.cells["mrr_after"]) == step.after
        assert step.cells["type"] == kind_of(step)
        assert step.cells["currency"] == "USD"


@given(plan=PLANS, today=DAYS)
def test_no_product_line_is_ever_below_zero(plan: DemoPlan, today: date) -> None:
    lines: dict[tuple[str, str], int] = defaultdict(int)
    for step in replay(plan, today):
        line = (step.cells["account_id"], step.cells["product"])
        lines[line] += cents(step.cells["amount"])

        assert lines[line] >= 0


@given(plan=PLANS, today=DAYS)
def test_rows_are_numbered_by_date_then_account_and_end_before_this_month(
    plan: DemoPlan, today: date
) -> None:
    rows = list(movements(plan, today=today))

    assert [row[0] for row in rows] == [f"demo-{n:06d}" for n in range(1, len(rows) + 1)]
    assert [row[2:0:-1] for row in rows] == sorted(row[2:0:-1] for row in rows)
    assert all(date.fromisoformat(row[2]) < today.replace(day=1) for row in rows)


@given(plan=PLANS, today=DAYS)
def test_every_planned_account_appears_once_as_new(plan: DemoPlan, today: date) -> None:
    new = [step for step in replay(plan, today) if step.cells["type"] == "new"]

    assert len({step.cells["account_id"] for step in new}) == len(new) == plan.accounts


@given(plan=PLANS, today=DAYS)
def test_attributes_are_all_stated_first_and_then_only_when_they_change(
    plan: DemoPlan, today: date
) -> None:
    known: dict[str, dict[str, str]] = {}
    for step in replay(plan, today):
        stated = {name: step.cells[name] for name in ATTRIBUTES if step.cells[name]}
        before = known.setdefault(step.cells["account_id"], {})

        assert step.cells["product"]
        assert bool(before) or set(stated) == set(ATTRIBUTES)
        assert all(before.get(name) != value for name, value in stated.items())
        before.update(stated)


def test_the_same_plan_gives_the_same_rows_all_month() -> None:
    plan = DemoPlan(accounts=200, months=12)

    first, last = (list(movements(plan, today=date(2026, 11, day))) for day in (1, 30))

    assert first == last


def test_another_seed_gives_another_company() -> None:
    one, other = (
        list(movements(DemoPlan(accounts=20, months=6, seed=seed), today=TODAY)) for seed in (1, 2)
    )

    assert one != other


def test_the_rows_are_the_same_on_every_machine() -> None:
    rows = movements(DemoPlan(accounts=60, months=18), today=TODAY)

    text = "\n".join(",".join(row) for row in rows)

    assert sha256(text.encode()).hexdigest() == (
        "b5f02dc52d6f56e0297d82a212e47e67fe1bcbc020ef363ef18f0782d2d15fde"
    ), "the demo company changed: note it in CHANGELOG.md and pin the new sum"

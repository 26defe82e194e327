"""A month of what is derived for a person to read in 80 columns, and as a JSON document."""

from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.style.document import money_json
from bot.style.figures import money
from bot.style.names import day_words, dimension_name, plural, safe_name
from bot.style.terminal import QUIET
from storage.columns.showing import ShownMonth, ShownMovement, ShownPosition

_WIDTH = 80


def month_rows(shown: ShownMonth) -> Iterator[RenderableType]:
    """Yield the headline, a block for each balance, and a word on what is left out."""
    month, start = f"{shown.month:%B %Y}", day_words(shown.month)
    if not shown.count:
        yield Text(f"Nobody pays on {start}, and nothing moves in {month}.")
        return
    count = plural(shown.count, "balance")
    yield Text(f"{month}: {count} with MRR on {start} or a movement in the month", style="bold")
    for position in shown.positions:
        yield from _block(position)
    if rest := shown.count - len(shown.positions):
        yield Text(f"\nand {rest:,} more: --limit N shows more of them, --limit 0 all", style=QUIET)


def month_json(shown: ShownMonth) -> dict[str, Any]:
    """Build the document of ``nrrbot db show --json``: keys may be added, never renamed."""
    return {
        "month": f"{shown.month:%Y-%m}",
        "balances": shown.count,
        "shown": [_position_json(position) for position in shown.positions],
    }


def _block(position: ShownPosition) -> Iterator[RenderableType]:
    parts = [position.account, position.product or ""]
    if position.under is not None:
        parts.append(f"under {position.under}")
    first = position.first_paid
    head = Table.grid(padding=(0, 2))
    head.width = _WIDTH
    head.add_column(ratio=1, overflow="fold")
    head.add_column(justify="right", no_wrap=True)
    head.add_column(width=25)
    head.add_row(
        Text(" · ".join(safe_name(part) for part in parts if part)),
        Text(money(position.mrr_minor, position.currency)),
        Text("" if first is None else f"paying since {day_words(first)}"),
    )
    yield Padding(head, (1, 0, 0, 0), expand=False)
    attributes = (
        f"{dimension_name(name)} {safe_name(value)}"
        for name, value in sorted(position.attributes.items())
    )
    if position.attributes:
        yield Padding(Text(", ".join(attributes), style=QUIET), (0, 0, 0, 2), expand=False)
    for movement in position.movements:
        yield Padding(Text(_movement(movement, position.currency)), (0, 0, 0, 2), expand=False)


def _movement(movement: ShownMovement, currency: str) -> str:
    sign = "+" if movement.amount_minor > 0 else ""
    driver = f", {safe_name(movement.driver)}" if movement.driver else ""
    amount = f"{sign}{money(movement.amount_minor, currency)}"
    return f"{day_words(movement.day)}: {amount} {movement.kind}{driver}"


def _position_json(position: ShownPosition) -> dict[str, Any]:
    currency, first = position.currency, position.first_paid
    return {
        "account": position.account,
        "product": position.product,
        "currency": currency,
        "mrr": money_json(position.mrr_minor, currency),
        "counts_under": position.under,
        "attributes": dict(position.attributes),
        "first_paid": None if first is None else first.isoformat(),
        "movements": [
            {
                "day": movement.day.isoformat(),
                "kind": movement.kind.value,
                "amount": money_json(movement.amount_minor, currency),
                "driver": movement.driver,
            }
            for movement in position.movements
        ],
    }

"""Alerts as Slack messages: the worst in full, each of the others in one sentence."""

from collections.abc import Iterator, Sequence

from bot.alerts.telling.buttons import alert_buttons, details_button
from bot.alerts.telling.details import AlertMessage, NoticeDetails
from bot.alerts.telling.native_chart import history_chart
from bot.alerts.telling.wording.accounts import account_grid, driver_grid, owner_ids
from bot.alerts.telling.wording.sentences import (
    ALSO,
    BREAKDOWN,
    breached_rules,
    footer,
    more_alerts,
    next_step,
    reasons,
    what_happened,
)
from bot.alerts.telling.wording.titles import headline, title
from bot.message import Block, Message
from bot.slack.ids import looks_like_user
from bot.style.blocks import bold, bullets, context, header, labelled, plain, section, table
from bot.style.framing import first_fitting
from bot.style.grid import LabelledText
from bot.style.names import escaped, shortened

MOST_IN_TEXT = 300
LENGTHS = (9, 6, 3, 0)  # other alerts that are shown: long names may leave room for fewer


def alert_message(message: AlertMessage) -> Message:
    """Lay out the notices of a run, the first in full; its picture comes once it is posted."""
    return first_fitting(_fitted(message, most) for most in LENGTHS)


def details_message(details: NoticeDetails, *, names_shown: bool) -> Message:
    """Lay out one alert in full, with Slack's own chart."""
    told = tuple(_told(details, names_shown=names_shown))
    last = context(footer(details))
    chart = history_chart(details)
    text = "\n".join((*_spoken(details, names_shown=names_shown), footer(details)))
    return Message(
        text=escaped(text),
        blocks=(*told, *((chart,) if chart else ()), last),
        plainer=(*told, last),  # some workspaces refuse the chart
    )


def accounts_message(details: NoticeDetails) -> Message:
    """Lay out the accounts that lost the most."""
    grid, notes = account_grid(details), (footer(details),)
    if not grid.rows:
        said = f"{grid.title}: no account lost anything."
        blocks = section(said), context(*notes)
        return Message(text=escaped("\n".join((said, *notes))), blocks=blocks)
    heading, about = bold(grid.title), section(title(details))
    return Message(
        text=escaped("\n".join((title(details), grid.title, *map(str, grid.lines()), *notes))),
        blocks=(about, heading, _with_people(table(grid)), context(*notes)),
        plainer=(about, heading, bullets(grid), context(*notes)),
    )


def _fitted(message: AlertMessage, most: int) -> Message:
    worst, *others = message.notices
    told, beneath = others[:most], message.breakdown[: most - len(others[:most])]
    left = len(others) + len(message.breakdown) - len(told) - len(beneath)
    more = [more_alerts(left + message.more)] if left + message.more else []
    below = tuple(_below(told, beneath))
    divider: Block = {"type": "divider"}
    said = [
        *_spoken(worst, names_shown=message.names_shown),
        *([f"{ALSO}:"] if told else []),
        *(shortened(headline(details), MOST_IN_TEXT) for details in told),
        *([f"{BREAKDOWN}:"] if beneath else []),
        *(shortened(headline(details), MOST_IN_TEXT) for details in beneath),
        *more,
        footer(worst),
    ]
    return Message(
        text=escaped("\n".join(said)),
        blocks=(
            *_told(worst, names_shown=message.names_shown),
            *((divider,) if below else ()),
            *below,
            context(*more, footer(worst)),
        ),
    )


def _told(details: NoticeDetails, *, names_shown: bool) -> Iterator[Block]:
    yield header(title(details))
    if happened := what_happened(details):
        yield section(happened)
    if why := reasons(details, names_shown=names_shown):
        yield labelled(*why)
    if names_shown and (grid := driver_grid(details)) is not None:
        yield bullets(grid)
    if step := next_step(details):
        yield _step(step, owner_ids(details) if names_shown else ())
    yield from alert_buttons(details)
    if rule := breached_rules(details):
        yield context(rule)


def _below(notices: Sequence[NoticeDetails], beneath: Sequence[NoticeDetails]) -> Iterator[Block]:
    for details in notices:
        yield {
            "type": "section",
            "text": plain(shortened(headline(details), MOST_IN_TEXT)),
            "accessory": details_button(details),
        }
    if beneath:
        yield bold(BREAKDOWN)
        yield section(*(shortened(headline(details), MOST_IN_TEXT) for details in beneath))


def _step(step: LabelledText, people: Sequence[str]) -> Block:
    block = labelled(step)
    [said] = block["elements"]
    for at, person in enumerate(people):
        before = ", " if at else f" {'Owner' if len(people) == 1 else 'Owners'}: "
        said["elements"] += [
            {"type": "text", "text": before},
            {"type": "user", "user_id": person},
        ]
    return block


def _with_people(accounts: Block) -> Block:
    return {**accounts, "rows": [[_person(cell) for cell in row] for row in accounts["rows"]]}


def _person(cell: Block) -> Block:
    if not looks_like_user(cell["text"]):  # an owner who is in Slack is shown as a person
        return cell
    shown: Block = {"type": "user", "user_id": cell["text"]}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [shown]}]}


def _spoken(details: NoticeDetails, *, names_shown: bool) -> Iterator[str]:
    # A notification shows the first line alone: it has the finding and its size.
    yield f"{title(details)}. {what_happened(details)}".rstrip()
    yield from map(str, reasons(details, names_shown=names_shown))
    if names_shown and (grid := driver_grid(details)) is not None:
        yield from map(str, grid.lines())
    if step := next_step(details):
        yield str(step)
    if rule := breached_rules(details):
        yield rule

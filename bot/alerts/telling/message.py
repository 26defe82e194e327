"""Alerts as a Slack message: the worst in full, the others one line each, nothing said twice."""

from collections.abc import Iterator, Sequence

from bot.alerts.telling.buttons import alert_buttons, details_button
from bot.alerts.telling.native_chart import course_chart
from bot.alerts.telling.story import Briefing, Story
from bot.alerts.telling.wording.accounts import HIDDEN, account_grid, driver_grid, owner_ids
from bot.alerts.telling.wording.sentences import (
    ALSO,
    BREAKDOWN,
    footer,
    more_line,
    next_step,
    reasons,
    rule_line,
    what_happened,
)
from bot.alerts.telling.wording.titles import one_line, title
from bot.message import Block, Message
from bot.slack.ids import looks_like_user
from bot.style.blocks import bold, bullets, context, header, labelled, plain, section, table
from bot.style.framing import first_fitting
from bot.style.lines import Line
from bot.style.names import escaped, shortened

MOST_IN_TEXT = 300
LENGTHS = (9, 6, 3, 0)
"""How many of the other alerts have a line, the most first; the first that fits is taken."""


def briefing_message(briefing: Briefing) -> Message:
    """Return all that one person hears of a run, without its picture: it comes once it is posted.

    Parameters
    ----------
    briefing : Briefing
        With one story at least: the first is told in full.
    """
    return first_fitting(_briefing(briefing, most) for most in LENGTHS)


def details_message(story: Story, *, names_shown: bool) -> Message:
    """Return one alert in full, for those who saw a line of it, with Slack's own chart."""
    told = tuple(_told(story, names_shown=names_shown))
    last = context(footer(story))
    chart = course_chart(story)
    text = "\n".join((*_spoken(story, names_shown=names_shown), footer(story)))
    return Message(
        text=escaped(text),
        blocks=(*told, *((chart,) if chart else ()), last),
        plainer=(*told, last),
    )


def accounts_message(story: Story, *, names_shown: bool) -> Message:
    """Return the accounts that lost the most; for those who may not see any, that there are."""
    grid, notes = account_grid(story), (footer(story),)
    if not names_shown or not grid.rows:
        said = HIDDEN if not names_shown else f"{grid.title}: no account lost anything."
        blocks = section(said), context(*notes)
        return Message(text=escaped("\n".join((said, *notes))), blocks=blocks)
    heading, about = bold(grid.title), section(title(story))
    return Message(
        text=escaped("\n".join((title(story), grid.title, *map(str, grid.lines()), *notes))),
        blocks=(about, heading, _with_people(table(grid)), context(*notes)),
        plainer=(about, heading, bullets(grid), context(*notes)),
    )


def _briefing(briefing: Briefing, most: int) -> Message:
    worst, *others = briefing.stories
    told, beneath = others[:most], briefing.breakdown[: most - len(others[:most])]
    left = len(others) + len(briefing.breakdown) - len(told) - len(beneath)
    more = [more_line(left + briefing.more)] if left + briefing.more else []
    below = tuple(_below(told, beneath))
    divider: Block = {"type": "divider"}
    said = [
        *_spoken(worst, names_shown=briefing.names_shown),
        *([f"{ALSO}:"] if told else []),
        *(shortened(one_line(story), MOST_IN_TEXT) for story in told),
        *([f"{BREAKDOWN}:"] if beneath else []),
        *(shortened(one_line(story), MOST_IN_TEXT) for story in beneath),
        *more,
        footer(worst),
    ]
    return Message(
        text=escaped("\n".join(said)),
        blocks=(
            *_told(worst, names_shown=briefing.names_shown),
            *((divider,) if below else ()),
            *below,
            context(*more, footer(worst)),
        ),
    )


def _told(story: Story, *, names_shown: bool) -> Iterator[Block]:
    """Yield one alert in full: the finding, why, who, what next, the buttons."""
    yield header(title(story))
    if happened := what_happened(story):
        yield section(happened)
    if why := reasons(story, names_shown=names_shown):
        yield labelled(*why)
    if names_shown and (grid := driver_grid(story)) is not None:
        yield bullets(grid)
    if step := next_step(story):
        yield _step(step, owner_ids(story) if names_shown else ())
    yield from alert_buttons(story)
    if rule := rule_line(story):
        yield context(rule)


def _below(stories: Sequence[Story], beneath: Sequence[Story]) -> Iterator[Block]:
    for story in stories:
        yield {
            "type": "section",
            "text": plain(shortened(one_line(story), MOST_IN_TEXT)),
            "accessory": details_button(story),
        }
    if beneath:
        yield bold(BREAKDOWN)
        yield section(*(shortened(one_line(story), MOST_IN_TEXT) for story in beneath))


def _step(step: Line, people: Sequence[str]) -> Block:
    """Return what to do, then whom to ask, as Slack shows people."""
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
    """Return a table in which owners who are in Slack are shown as people."""
    return {**accounts, "rows": [[_person(cell) for cell in row] for row in accounts["rows"]]}


def _person(cell: Block) -> Block:
    if not looks_like_user(cell["text"]):
        return cell
    shown: Block = {"type": "user", "user_id": cell["text"]}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [shown]}]}


def _spoken(story: Story, *, names_shown: bool) -> Iterator[str]:
    """Yield every figure of one alert, the first line fit for a notification."""
    yield f"{title(story)}. {what_happened(story)}".rstrip()
    yield from map(str, reasons(story, names_shown=names_shown))
    if names_shown and (grid := driver_grid(story)) is not None:
        yield from map(str, grid.lines())
    if step := next_step(story):
        yield str(step)
    if rule := rule_line(story):
        yield rule

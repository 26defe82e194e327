"""Amends a message of alerts by what became of them: a line that says so, and other buttons."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.alerts.telling.buttons import episode_of, left_buttons
from bot.alerts.telling.wording.aftermaths import aftermath_words
from bot.delivery.outcomes import ALERT
from bot.message import Block, Message
from bot.slack.ids import mention
from bot.style.blocks import plain
from bot.style.names import escaped
from metrics.alerts.grouping import EpisodeKey
from storage.alerts.aftermaths import Aftermath, read_aftermaths
from storage.delivery.parcels import Parcel
from storage.store.engine import Store

Aftermaths = Mapping[EpisodeKey, Aftermath]


def amend(store: Store, clock: Callable[[], datetime], parcel: Parcel, message: Message) -> Message:
    """Return a message as its alerts stand at this moment; one of no alert stays as it is.

    No figure is read anew. ``clock`` tells the moment in the workspace's own time zone.
    """
    if parcel.kind != ALERT:
        return message
    now = clock()
    with store.read() as session:
        aftermaths = read_aftermaths(session, parcel.dedupe_key, today=now.date())
    return amended(message, aftermaths, now=now)


def amended(message: Message, aftermaths: Aftermaths, *, now: datetime) -> Message:
    """Write into a message what became of its alerts; its figures stay those that were posted."""
    plainer = message.plainer
    return replace(
        message,
        text="\n".join((*_spoken(message, aftermaths, now), message.text)),
        blocks=tuple(_blocks(message.blocks, aftermaths, now)),
        plainer=None if plainer is None else tuple(_blocks(plainer, aftermaths, now)),
    )


def _spoken(message: Message, aftermaths: Aftermaths, now: datetime) -> Iterator[str]:
    worst = _told_in_full(message.blocks, aftermaths)
    words, person, more = aftermath_words(worst or Aftermath(), now=now)
    if words:
        yield f"{escaped(words)}{mention(person) if person else ''}{escaped(more)}."


def _told_in_full(blocks: Sequence[Block], aftermaths: Aftermaths) -> Aftermath | None:
    """Find what became of the alert whose buttons a message has; None where there are none."""
    rows = (block["elements"] for block in blocks if block["type"] == "actions")
    pressed = (episode_of(element) for elements in rows for element in elements)
    return next((aftermaths[one] for one in pressed if one in aftermaths), None)


def _blocks(blocks: Sequence[Block], aftermaths: Aftermaths, now: datetime) -> Iterator[Block]:
    worst = _told_in_full(blocks, aftermaths)
    for block in blocks:
        if block["type"] == "actions" and worst is not None:
            yield _row(block, worst)
        elif block["type"] == "section":
            yield _in_short(block, aftermaths, now)
        else:
            yield block
        if block["type"] == "header" and worst is not None:
            yield from _line(worst, now)


def _row(row: Block, aftermath: Aftermath) -> Block:
    left = left_buttons(row["elements"], aftermath)
    # an empty row is refused, and pictures find their place by its id
    return {**row, "elements": left} if left else {"type": "divider", "block_id": row["block_id"]}


def _in_short(section: Block, aftermaths: Aftermaths, now: datetime) -> Block:
    other = aftermaths.get(episode_of(section.get("accessory") or {}))
    words, person, _ = aftermath_words(other or Aftermath(), now=now)
    if not words:
        return section
    said = words.removesuffix(" by ") if person else words  # plain text mentions nobody
    return {**section, "text": plain(f"{section['text']['text']} ({said})")}


def _line(aftermath: Aftermath, now: datetime) -> Iterator[Block]:
    words, person, more = aftermath_words(aftermath, now=now)
    if not words:
        return
    elements: list[Block] = [{"type": "text", "text": words, "style": {"bold": True}}]
    if person is not None:
        elements.append({"type": "user", "user_id": person})
    if more:
        elements.append({"type": "text", "text": more})
    yield {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": elements}],
    }

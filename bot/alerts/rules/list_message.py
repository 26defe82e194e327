"""The list of alert rules as one person sees it, those that fire first."""

from collections.abc import Sequence
from datetime import date

from bot.alerts.rules.wording.sentences import (
    NOBODY_NAMED,
    THE_OWNERS,
    ListedRule,
    alert_texts,
    next_words,
    recipient_words,
    rule_summary,
    short_id,
)
from bot.message import Block, Message
from bot.slack.ids import is_person, mention
from bot.style.blocks import context, header
from bot.style.grid import LabelledText
from bot.style.names import escaped
from storage.alerts.rules import OWNERS

DIVIDER: Block = {"type": "divider"}
MOST_LISTED = 20  # a rule and a divider each: Slack takes 50 blocks
TITLE = "Alerts"
HOW_TO = (
    "New: /nrr alert enterprise below 105% (of twelve months; or say monthly, quarterly), or"
    " /nrr alert for a form. With a number or name: /nrr alert edit, pause, resume, remove, unmute"
    " or to."
)


def alert_list(listed: Sequence[ListedRule], *, asker: str, today: date) -> Message:
    """Build the list of rules with their alerts, for the user ``asker``."""
    ordered = sorted(listed, key=lambda one: one.rank)[:MOST_LISTED]
    more = len(listed) - len(ordered)
    notes = [*([f"And {more} more."] if more else []), HOW_TO]
    said = [line for one in ordered for line in _text(one, asker=asker, today=today)]
    blocks = [block for one in ordered for block in (_block(one, asker, today), DIVIDER)]
    return Message(
        text="\n".join((f"{TITLE}:", *said, *notes)),
        blocks=(header(TITLE), *blocks, context(*notes)),
    )


def _text(listed: ListedRule, *, asker: str, today: date) -> tuple[str, ...]:
    recipients = listed.record.recipients
    to = recipient_words(recipients, name=lambda one: "you" if one == asker else mention(one))
    return (
        f"{_title(listed)} {escaped(rule_summary(listed.record.rule))}",
        *(escaped(f"\u2022 {line}") for line in alert_texts(listed, today=today)),
        f"Goes to: {to}; {next_words(listed)}.",
    )


def _block(listed: ListedRule, asker: str, today: date) -> Block:
    said = LabelledText(_title(listed), rule_summary(listed.record.rule))
    bullets = [_section(*_line(line)) for line in alert_texts(listed, today=today)]
    elements: list[Block] = [_section(*_line(said))]
    if bullets:
        elements.append({"type": "rich_text_list", "style": "bullet", "elements": bullets})
    elements.append(
        _section(
            _words("Goes to: ", bold=True),
            *_recipients(listed.record.recipients, asker),
            _words(f"; {next_words(listed)}"),
        )
    )
    return {"type": "rich_text", "elements": elements}


def _title(listed: ListedRule) -> str:
    rule = listed.record.rule
    return f"{short_id(rule)}{'' if rule.enabled else ' (paused)'}:"


def _recipients(recipients: Sequence[str], asker: str) -> list[Block]:
    found = [
        piece
        for one in recipients
        for piece in (_words(", "), _words("you") if one == asker else _recipient(one))
    ]
    return found[1:] or [_words(NOBODY_NAMED)]


def _recipient(recipient: str) -> Block:
    if recipient == OWNERS:
        return _words(THE_OWNERS)
    if is_person(recipient):
        return {"type": "user", "user_id": recipient}
    return {"type": "channel", "channel_id": recipient}


def _line(line: LabelledText) -> tuple[Block, Block]:
    return _words(line.label, bold=True), _words(f" {line.words}")


def _section(*elements: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(elements)}


def _words(text: str, *, bold: bool = False) -> Block:
    return {"type": "text", "text": text, **({"style": {"bold": True}} if bold else {})}

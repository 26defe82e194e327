"""Follow-up questions, as buttons that carry their text, or in words."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.message import Block
from bot.questions.parsing import Question, canonical_text
from bot.style.blocks import plain
from bot.style.grounds import Grounds
from bot.style.names import dimension_name, shortened
from metrics.rollup import Scope

PREVIOUS_PERIOD = "nrr_previous_period"
BY_DIMENSION = "nrr_by_dimension"
IN_FULL = "nrr_in_full"
SHARE = "nrr_share"
MAX_LABEL = 30  # Slack takes 75 and shows about 30 of them
MAX_VALUE = 2_000  # Slack's own limit; a cut question would be another one


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question to ask next, and the button that asks it."""

    action_id: str
    label: str
    question: Question

    @property
    def button(self) -> Block:
        """The button; its value may be too long for Slack."""
        return {
            "type": "button",
            "action_id": self.action_id,
            "text": plain(shortened(self.label, MAX_LABEL)),
            "value": canonical_text(self.question),
        }


def split_by(question: Question, dimension: str) -> FollowUp:
    """Ask for a question split by a dimension, across all of that dimension's values."""
    # One value split by its own dimension would be a table of one row.
    beside = tuple(pair for pair in question.scope if pair[0] != dimension)
    split = replace(question, scope=beside, dimension=dimension)
    return FollowUp(BY_DIMENSION, f"By {dimension_name(dimension)}", split)


def within(follow_ups: Iterable[FollowUp], sees: Callable[[Scope], bool]) -> list[FollowUp]:
    """Keep the follow-up questions about accounts that may be seen."""
    return [one for one in follow_ups if sees(one.question.scope)]


def block_id(grounds: Grounds) -> str:
    """Name the block of a reply's buttons after the version of the data under it."""
    return f"nrr_answer_v{grounds.data_version}"


def ask_next(follow_ups: Iterable[FollowUp]) -> str:
    """Spell follow-up questions out, for channels: there the buttons are left out."""
    return "Ask next: " + ", ".join(f"“{canonical_text(one.question)}”" for one in follow_ups)


def buttons(
    question: Question, follow_ups: Sequence[FollowUp], *, grounds: Grounds, can_share: bool
) -> Block:
    """Lay follow-up questions out as buttons, and for those who may share, that button."""
    share = (FollowUp(SHARE, "Share to channel", question),) if can_share else ()
    offered = (one.button for one in (*follow_ups, *share))
    fitting = [button for button in offered if len(button["value"]) <= MAX_VALUE]
    return {"type": "actions", "block_id": block_id(grounds), "elements": fitting}

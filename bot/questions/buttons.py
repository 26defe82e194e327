"""Follow-up questions, as buttons and options of a menu that carry their text."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.message import Block
from bot.questions.question import Listing, Question, View, canonical_text
from bot.style.blocks import button, is_option, overflow
from bot.style.grounds import Grounds
from bot.style.names import capitalised, dimension_name
from bot.style.parts import Actions
from metrics.moved import Moved
from metrics.periods import previous
from metrics.rollup import Scope

PREVIOUS_PERIOD = "nrr_previous_period"
BY_DIMENSION = "nrr_by_dimension"
IN_FULL = "nrr_in_full"
ONE_PERIOD = "nrr_one_period"
WHY = "nrr_why"
ACCOUNTS = "nrr_accounts"
COHORTS = "nrr_cohorts"
RENEWALS = "nrr_renewals"
OUTLOOK = "nrr_outlook"
SHARE = "nrr_share"
PAGE_ON = "nrr_page_on"
PAGE_BACK = "nrr_page_back"
CSV_FILE = "nrr_csv_file"
EVERY_MONDAY = "nrr_every_monday"
TELL_ME = "nrr_tell_me"

LISTS = {moved: f"{ACCOUNTS}_{moved}" for moved in Moved}
"""The action ids of buttons that list the accounts of one outcome."""
RANKED = "nrr_ranked"
CARDS = tuple(f"nrr_card_{place}" for place in range(10))
"""The action ids of buttons that open the card of an account, one of several."""
OFFERED = tuple(f"nrr_offered_{place}" for place in range(5))
"""The action ids of buttons that ask what they offer, on the Home tab and in a first message."""
QUESTIONS = (
    *(PREVIOUS_PERIOD, BY_DIMENSION, IN_FULL, ONE_PERIOD, WHY, ACCOUNTS, PAGE_ON, PAGE_BACK),
    *LISTS.values(),
    *CARDS,
    *OFFERED,
    RANKED,
    *(COHORTS, RENEWALS, OUTLOOK),
)
"""The action ids of buttons that ask the question which they carry."""

MOST_BUTTONS = 4  # and the menu
LONGEST_TOGETHER = 6_000  # characters of all buttons' values: Slack refuses a message of 13,200


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question to ask next, or to act on, and how the button for it is called."""

    action_id: str
    label: str
    question: Question

    @property
    def option(self) -> tuple[str, str, str]:
        """The action id, the label and the text that it carries."""
        return self.action_id, self.label, canonical_text(self.question)


def split_by(question: Question, dimension: str) -> FollowUp:
    """Ask for a question split by a dimension, across all of that dimension's values."""
    # One value split by its own dimension would be a table of one row.
    beside = tuple(pair for pair in question.scope if pair[0] != dimension)
    split = replace(question, scope=beside, dimension=dimension)
    return FollowUp(BY_DIMENSION, f"By {dimension_name(dimension)}", split)


def full_answer(question: Question, label: str = "Full answer") -> FollowUp:
    """Ask for all that there is behind the reply to a question."""
    return FollowUp(IN_FULL, label, replace(question, view=View.FULL))


def why(question: Question) -> FollowUp:
    """Ask why the figures of a question changed."""
    return FollowUp(WHY, "Why", replace(question, view=View.WHY))


def accounts_of(question: Question, moved: Moved | None = None) -> FollowUp:
    """Ask for the accounts behind the figures of a question: those that are the news, if any."""
    return FollowUp(ACCOUNTS, "Accounts", _listed(question, moved))


def list_of(question: Question, moved: Moved) -> FollowUp:
    """Ask for the accounts of one outcome."""
    return FollowUp(LISTS[moved], capitalised(moved), _listed(question, moved))


def _listed(question: Question, moved: Moved | None) -> Question:
    plain = replace(question, view=View.ACCOUNTS, dimension=None, versus=None)
    return plain.with_listing(Listing(moved=moved))


def previous_period(question: Question) -> FollowUp:
    """Ask a question about the period before."""
    before = replace(question, period=previous(question.period)).with_stand_in(None)
    return FollowUp(PREVIOUS_PERIOD, "Previous period", before)


def within(follow_ups: Iterable[FollowUp], sees: Callable[[Scope], bool]) -> list[FollowUp]:
    """Keep the follow-up questions about accounts that may be seen."""
    return [one for one in follow_ups if all(map(sees, one.question.scopes))]


def block_id(grounds: Grounds) -> str:
    """Name the block of a reply's buttons after the version of the data under it."""
    return f"nrr_answer_v{grounds.data_version}"


def actions(
    follow_ups: Sequence[FollowUp], menu: Sequence[FollowUp] = (), *, grounds: Grounds
) -> Actions:
    """Lay follow-up questions out as buttons, and those of the menu behind three dots.

    What is too long for an option of the menu is a button, as long as there is room for it.
    """
    behind = [one for one in (*follow_ups[MOST_BUTTONS:], *menu) if is_option(*one.option)]
    beside = [one for one in menu if one not in behind]
    room = MOST_BUTTONS if behind else MOST_BUTTONS + 1
    buttons = [button(*one.option) for one in (*follow_ups[:MOST_BUTTONS], *beside)[:room]]
    elements = (*_within_limits(buttons), overflow(one.option for one in behind))
    return Actions(tuple(one for one in elements if one), block_id(grounds))


def _within_limits(buttons: Iterable[Block | None]) -> Iterator[Block]:
    used = 0
    for one in buttons:
        if one is not None and used + len(one["value"]) <= LONGEST_TOGETHER:
            used += len(one["value"])
            yield one

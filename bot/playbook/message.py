"""The playbook as parts of a message, in Slack and the terminal."""

from collections.abc import Collection, Iterator

from bot.style.grid import LabelledText
from bot.style.names import safe_name
from bot.style.parts import Headline, Parts, Quiet, Said
from bot.treatments.playbook import Playbook, plain_name
from metrics.change import Component
from metrics.segments import VALUE_TIER_NAMES

ORDER = (Component.CHURN, Component.CONTRACTION, Component.EXPANSION)
ANY_OTHER = "any other"
WHERE = "Why has the text of the lever that comes first; owners read it in alerts."


def playbook_parts(playbook: Playbook, *, how_to_edit: str | None = None) -> Parts:
    """Compose the texts in force.

    Parameters
    ----------
    how_to_edit : str, optional
        For whoever can.
    """
    return (
        Headline("Playbook"),
        *(Said(*_segment_lines(playbook, one)) for one in (*playbook.segments, None)),
        Said(*_tier_lines(playbook)),
        Quiet(WHERE, how_to_edit),
    )


def only_known(playbook: Playbook, segments: Collection[str]) -> Playbook:
    """Leave out the texts of segments that somebody does not know of."""
    known = set(map(plain_name, segments))
    return Playbook(
        levers=playbook.levers,
        segments={
            name: texts for name, texts in playbook.segments.items() if plain_name(name) in known
        },
        tiers=playbook.tiers,
    )


def how_to_edit(file: str | None) -> str:
    """Say where the texts are changed."""
    if file is None:
        return (
            "To change texts, write them into a TOML file, name it in NRRBOT_PLAYBOOK, look it over"
            " with nrrbot playbook check FILE, and start the bot again."
        )
    return (
        f"To change texts, edit {file}, look it over with nrrbot playbook check {file}, and start"
        " the bot again."
    )


def _segment_lines(playbook: Playbook, segment: str | None) -> Iterator[LabelledText]:
    name = ANY_OTHER if segment is None else safe_name(segment)
    for lever in ORDER:
        if text := playbook.treatment(segment, lever):
            yield LabelledText(f"{name}, {lever}:", text)


def _tier_lines(playbook: Playbook) -> Iterator[LabelledText]:
    for tier in VALUE_TIER_NAMES:
        if text := playbook.tier_text(tier):
            yield LabelledText(f"{tier} value tier:", text)

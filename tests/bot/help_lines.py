"""Every line that help offers in Slack, to be typed by tests."""

from bot.answers.examples import Examples
from bot.reference.help_message import TOPICS, help_parts
from bot.style.parts import Table


def example_lines(examples: Examples) -> tuple[str, ...]:
    """List the lines of the overview and of all topics, without the slash command."""
    helped = (part for topic in ("", *TOPICS) for part in help_parts(topic, examples))
    rows = (row for part in helped if isinstance(part, Table) for row in part.grid.rows)
    return tuple(dict.fromkeys(str(row[0]).removeprefix("/nrr").strip() for row in rows))

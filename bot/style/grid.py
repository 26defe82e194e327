"""Tables and labelled texts, which blocks, pictures and terminals only lay out."""

from dataclasses import dataclass

from bot.style.figures import NOT_DEFINED


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A label and the words about it, so that the label can be shown in bold."""

    label: str
    words: str

    def __str__(self) -> str:
        return f"{self.label} {self.words}"


@dataclass(frozen=True, slots=True)
class SlackPerson:
    """Somebody in Slack, whose name it shows; nobody is pinged by a message of ours."""

    slack_id: str

    def __str__(self) -> str:
        return f"@{self.slack_id}"


@dataclass(frozen=True, slots=True)
class SlackChannel:
    """A channel, which Slack shows by its name."""

    slack_id: str

    def __str__(self) -> str:
        return f"#{self.slack_id}"


@dataclass(frozen=True, slots=True)
class WithPeople:
    """A label, and words in which people and channels are named."""

    label: str
    pieces: tuple[str | SlackPerson | SlackChannel, ...]

    def __str__(self) -> str:
        return f"{self.label} {''.join(map(str, self.pieces))}"


Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of text; the first cell of each row says what the row is about.

    ``named`` tells that a row is not understood without the headings of its columns.
    """

    title: str
    header: Cells
    rows: tuple[Cells, ...]
    named: bool = False

    def lines(self) -> tuple[LabelledText, ...]:
        """Write the rows as labelled texts, for where there are no tables."""
        return tuple(LabelledText(f"{first}:", self._words(rest)) for first, *rest in self.rows)

    def _words(self, cells: list[str]) -> str:
        if self.named:
            pairs = zip(self.header[1:], cells, strict=True)
            return ", ".join(f"{heading} {cell}" for heading, cell in pairs if cell)
        # Read without headings: "$5,000.00 (+1.2 pts)".
        money, *others = [*filter(None, cells)] or [NOT_DEFINED]
        return f"{money} ({', '.join(others)})" if others else money

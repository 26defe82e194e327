"""The base of every reply: the question that it answers, and what its figures rest on."""

from dataclasses import dataclass

from bot.questions.question import Question
from bot.style.figures import Unit
from bot.style.grounds import Grounds, footer, provenance, warnings
from bot.style.parts import Footer, Headline, Part, Parts, Quiet


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundedReply:
    """A reply to ``question``; ``grounds`` are the data and the definition that it rests on."""

    question: Question
    grounds: Grounds

    @property
    def unit(self) -> Unit:
        """The unit that amounts are shown in."""
        return Unit(self.grounds.currency, self.question.amounts.in_arr)

    def framed(self, headline: str, *parts: Part, in_full: bool = False) -> Parts:
        """Compose a message: what warns of it above its headline, and its grounds below."""
        above = Quiet(self.question.note, *warnings(self.grounds)), Headline(headline)
        return (*above, *parts, Footer((provenance if in_full else footer)(self.grounds)))

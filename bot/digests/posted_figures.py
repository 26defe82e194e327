"""Figures that a digest posted, kept as JSON, and their restatements by now."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Any, Self

from bot.answers.answer import Answer
from bot.questions.parsing import Question, canonical_text
from metrics.period_grammar import ONE_DAY
from metrics.periods import parse_period
from metrics.retention import Retention
from metrics.rollup import Scope

WORTH_SAYING = Fraction(5, 1000)  # half a point, compared exactly
_FORM = 2  # figures of another form are not compared: the digest is then as if it were the first


@dataclass(frozen=True, slots=True)
class Figure:
    """NRR and GRR of one value of a dimension, or of the whole scope where it is None."""

    value: str | None
    nrr: Fraction | None
    grr: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restatement:
    """A posted ratio, ``NRR`` or ``GRR``, that is another by now; None is undefined."""

    value: str | None
    ratio: str
    before: Fraction | None
    after: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedFigures:
    """Figures of one period that a digest posted.

    Attributes
    ----------
    label : str
        The period's name.
    asked : str
        The question that has the same answer on any later day, unless the data changes.
    amounts : str
        A hash of every amount in the digest.
    """

    label: str
    asked: str
    scope: Scope
    dimension: str | None
    figures: tuple[Figure, ...]
    amounts: str

    @classmethod
    def of(cls, answer: Answer, *, today: date) -> Self:
        """Return the figures of an answer."""
        dimension = answer.breakdown[0].dimension if answer.breakdown else None
        return cls(
            label=answer.period.label,
            asked=_asked(replace(answer.question, dimension=dimension), today),
            scope=answer.question.scope,
            dimension=dimension,
            figures=(
                _figure(None, answer.retention),
                *(_figure(part.value, part.retention) for part in answer.breakdown),
            ),
            amounts=_amounts(answer),
        )

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        """Read the JSON of `write`; None without any, or if it is of another form."""
        document: dict[str, Any] = json.loads(text) if text else {}
        if document.get("form") != _FORM:
            return None
        return cls(
            label=document["label"],
            asked=document["asked"],
            scope=tuple((dimension, value) for dimension, value in document["scope"]),
            dimension=document["dimension"],
            figures=tuple(
                Figure(value, _ratio(nrr), _ratio(grr)) for value, nrr, grr in document["figures"]
            ),
            amounts=document["amounts"],
        )

    def write(self) -> str:
        """Write the figures as JSON."""
        document = {
            "form": _FORM,
            "label": self.label,
            "asked": self.asked,
            "scope": self.scope,
            "dimension": self.dimension,
            "figures": [[row.value, _text(row.nrr), _text(row.grr)] for row in self.figures],
            "amounts": self.amounts,
        }
        return json.dumps(document, ensure_ascii=False)

    def says_as_much_as(self, other: Self) -> bool:
        """Tell whether both have the same figures of the same accounts in the same period."""
        return replace(self, asked="") == replace(other, asked="")

    def is_about_the_same(self, other: Self) -> bool:
        """Tell whether both are about the same accounts, split by the same dimension."""
        return (self.scope, self.dimension) == (other.scope, other.dimension)


def restatements(posted: PostedFigures, now: PostedFigures) -> tuple[Restatement, ...]:
    """List the posted ratios that changed by half a point or more."""
    found = {figure.value: figure for figure in now.figures}
    return tuple(
        restated
        for before in posted.figures
        for restated in _changed(before, found.get(before.value, Figure(before.value, None, None)))
    )


def _changed(posted: Figure, now: Figure) -> Iterator[Restatement]:
    for name, before, after in (("NRR", posted.nrr, now.nrr), ("GRR", posted.grr, now.grr)):
        if _is_worth_saying(before, after):
            yield Restatement(value=posted.value, ratio=name, before=before, after=after)


def _is_worth_saying(before: Fraction | None, after: Fraction | None) -> bool:
    if before is None or after is None:
        return before != after
    return abs(after - before) >= WORTH_SAYING


def _asked(question: Question, today: date) -> str:
    period = question.period
    if period.through is not None:  # it is not over: only its days until now stay as they are
        days = f"{period.start.isoformat()}..{(period.through - ONE_DAY).isoformat()}"
        question = replace(question, period=parse_period(days, today=today))
    return canonical_text(replace(question, text=""))


def _amounts(answer: Answer) -> str:
    others = (answer.comparisons.previous, answer.comparisons.trailing)
    # a correction far back may change twelve months and leave the period's own ratios as they are
    beside = (other.retention for other in others if other)
    parts = (part.retention for part in answer.breakdown)
    told = [answer.retention, *beside, *parts]
    return sha256(repr(told).encode()).hexdigest()


def _figure(value: str | None, retention: Retention) -> Figure:
    return Figure(value, retention.nrr, retention.grr)


def _text(ratio: Fraction | None) -> str | None:
    return None if ratio is None else str(ratio)  # such as "203/200": exact


def _ratio(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)

"""Text to a question: a closed grammar over periods and the words of this ledger."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from bot.errors import UsageError
from bot.questions import hints
from bot.questions.cards import read_account
from bot.questions.courtesy import GREETING, without_courtesy
from bot.questions.draft import DEFAULT_PERIOD, Draft
from bot.questions.period_reader import PeriodReader
from bot.questions.question import (
    CANONICAL_LENGTH,
    Question,
    StandIn,
    View,
    ViewOptions,
    Words,
    canonical_scope,
    canonical_text,
)
from bot.questions.rules import EVERY_RULE, EXPLICIT_RULES, Scan, UnreadError
from bot.questions.unreadable import Unreadable
from bot.questions.words import HUMAN_LENGTH, Sentence, Vocabulary, is_too_long, normalise
from metrics.data_end import DataEnd
from metrics.errors import ImpossiblePeriodError, MetricsError, PeriodOrderError, TrendWindowError

__all__ = [
    "CANONICAL_LENGTH",
    "Question",
    "StandIn",
    "canonical_scope",
    "canonical_text",
    "parse_question",
]

_RANGE = re.compile(r"([0-9][\w-]*) ?(?:\.\.|\bto\b) ?([0-9][\w-]*)")
_ROLLING = re.compile(r"\brolling[ -]?[0-9]+[ -]?m(?:onths?)?\b", re.IGNORECASE)
_QUOTED = re.compile(r"""^(["'])([^"']+)\1[.?!]*$""")
_READABLE = re.compile(r"(?!.*<[@#!]).*\w.*")
_PUNCTUATION = " ,.!?;:…"
_PASSED_OVER = 8  # stretches of words that cannot be read
_CHARACTERS_PER_WORD = 7  # many short words take long to read: every stretch is looked up


def parse_question(
    text: str,
    *,
    vocabulary: Vocabulary,
    today: date,
    fiscal_start: int = 1,
    data_end: DataEnd | None = None,
    max_length: int = HUMAN_LENGTH,
    lists_accounts: bool = True,
) -> Question:
    """Read ``text`` as a question.

    Parameters
    ----------
    text : str
        ``[trend] [values] [period] [by DIMENSION] [in CURRENCY]`` in any order and case; nothing
        asks for the whole company in the last complete month. A trend also takes ``24m`` for a
        period, and ``monthly``, ``rolling-3m`` or ``rolling-12m``, which beside ``24m`` is ``ttm``
        too. ``full``, ``why`` or ``accounts`` ask for another view; ``A vs B`` sets two groups of
        accounts or two equally long periods against each other. ``incl. usage`` counts usage, too.
        ``accounts churned``, and other outcomes, list single accounts, with ``top 20`` or
        ``page 2``; ``account NAME`` is about one, ``at risk`` and ``ready to expand`` rank them.
    vocabulary : Vocabulary
        The names that this ledger knows.
    today : date
        The reader's own day.
    fiscal_start : int
        Month, 1 to 12, that fiscal years begin in.
    data_end : DataEnd, optional
        No period is read beyond it; the data ends today when it is left out.
    max_length : int
        How many characters there may be once normalised; `CANONICAL_LENGTH` for a
        `canonical_text`.
    lists_accounts : bool
        Whether accounts may be listed: only then a refusal suggests that.

    Returns
    -------
    Question
        Its scope has at most one value per dimension, in the order typed.

    Raises
    ------
    UsageError
        If a word is unknown, means several things or contradicts another; nothing is guessed.
        The message never repeats what was typed but for the letters and digits of one word.
    MetricsError
        If the period cannot be, see `metrics.periods.parse_period`, or be that of a trend, see
        `metrics.trends.months_of`.

    Notes
    -----
    A text that is explicit throughout (``dimension:value``, one-word periods, ``by``) is read
    word for word. In any other the longest phrase wins; of two as long, the one whose rule
    stands first in `EVERY_RULE`.

    Examples
    --------
    >>> ledger = Vocabulary({"segment": ("Enterprise", "SMB"), "industry": ("fintech",)})
    >>> asked = parse_question(
    ...     "enterprise last-quarter by industry", vocabulary=ledger, today=date(2026, 11, 21)
    ... )
    >>> canonical_text(asked)
    'segment:Enterprise 2026-Q3 by industry'
    >>> canonical_text(parse_question("trend 24m", vocabulary=ledger, today=date(2026, 11, 21)))
    'trend 2024-11..2026-10 rolling-12m'
    """
    if is_too_long(text, max_length=max_length):
        raise UsageError(hints.TOO_LONG)
    sentence = Sentence.of(normalise(text, max_length=max_length))
    if sentence.words > max_length // _CHARACTERS_PER_WORD:
        raise UsageError(hints.TOO_LONG)
    reader = _QuestionReader(
        vocabulary=vocabulary,
        periods=PeriodReader(today=today, fiscal_start=fiscal_start, data_end=data_end),
    )
    unreadable = Unreadable(
        vocabulary,
        today=today,
        read=reader.try_read,
        skim=reader.skim,
        lists_accounts=lists_accounts,
    )
    try:
        return reader.read_plainly(sentence)
    except UnreadError as unread:
        raise unreadable.refusal(unread.span) from None
    except ImpossiblePeriodError as error:  # "customers over 5000" names no year
        raise unreadable.size(sentence.text) or error from None
    except (PeriodOrderError, TrendWindowError) as error:
        is_turned = isinstance(error, PeriodOrderError)
        wrong, right = (_RANGE, r"\2..\1") if is_turned else (_ROLLING, "rolling-3m")
        mended = reader.try_read(wrong.sub(right, sentence.text))
        if mended is None:
            raise
        raise UsageError(f"{error}. Try: {hints.typed(mended)}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _QuestionReader:
    """Reads sentences with a ledger's names, a day and a fiscal year."""

    vocabulary: Vocabulary
    periods: PeriodReader

    def read_plainly(self, sentence: Sentence) -> Question:
        """Read a sentence, or what is left of it without polite words and the quotes around it."""
        try:
            return self.read(sentence)
        except UnreadError:
            plain = _QUOTED.sub(r"\2", without_courtesy(sentence.text))
            # Of a mention it is not said what is meant; a colon at the end is no courtesy.
            is_as_typed = plain == sentence.text.strip(_PUNCTUATION)
            if is_as_typed or not _READABLE.fullmatch(sentence.text):
                raise
        return self.read(Sentence.of(normalise(plain) or GREETING))

    def read(self, sentence: Sentence) -> Question:
        if (found := self._account(sentence)) is not None:
            return found
        # A canonical text must mean the same once a value called "2026-q3" has been imported.
        with suppress(UsageError, MetricsError):
            return self._follow(Scan(sentence, self.vocabulary, EXPLICIT_RULES, reach=1))
        return self._follow(Scan(sentence, self.vocabulary, EVERY_RULE, reach=len(sentence)))

    def _account(self, sentence: Sentence) -> Question | None:
        asked = read_account(sentence)
        if asked is None:
            return None
        first = Scan(sentence, self.vocabulary, EVERY_RULE, reach=len(sentence)).phrase_at(0)
        if first is not None and first.end > 1:  # a value is called "account manager"
            return None
        period, stand_in = self.periods.period(asked.period or DEFAULT_PERIOD)
        return Question(
            words=Words(
                text=sentence.text,
                names_period=bool(asked.period),
                stand_in=stand_in if asked.period else None,
            ),
            scope=(),
            period=period,
            view=View.CARD,
            options=ViewOptions(account=asked.name),
        )

    def try_read(self, text: str) -> Question | None:
        with suppress(UsageError, MetricsError):
            return self.read(Sentence.of(normalise(text)))
        return None

    def skim(self, text: str) -> Question | None:
        for _ in range(_PASSED_OVER):
            try:
                return self.read(Sentence.of(normalise(text)))
            except UnreadError as unread:
                text = unread.span.replaced_by("")
            except (UsageError, MetricsError):
                break
        return None

    def _follow(self, scan: Scan) -> Question:
        draft = Draft(self.periods)
        for phrase in scan.phrases():  # lazily: a contradiction is told before a later word
            draft.add(phrase)
        return draft.question(scan.sentence.text)

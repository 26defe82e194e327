"""A question apart from how it was typed."""

from dataclasses import replace

from bot.questions.question import Question


def untyped(question: Question) -> Question:
    """Return the question without the text that asked it."""
    return replace(question, words=replace(question.words, text=""))

"""How the JSON document of a reply begins."""

from bot.questions.grounded import GroundedReply
from bot.style.document import Json, period_json


def head_json(reply: GroundedReply, asked: Json | None = None) -> Json:
    """Convert the question, its note and the currency; ``asked`` is what stands for the period."""
    question = reply.question
    of = {"period": period_json(question.period)} if asked is None else asked
    return {
        "question": {"text": question.words.text, "scope": dict(question.scope), **of},
        "note": question.note,
        "currency": reply.grounds.currency,
    }

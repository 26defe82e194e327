"""The buttons under a digest: why, all of it, the accounts, and the digest itself."""

from bot.digests.digest import Digest
from bot.questions.buttons import accounts_of, full_answer, why
from bot.style.blocks import button, overflow
from bot.style.parts import Actions
from metrics.moved import news_of

EDIT = "nrr_digest_edit"
PAUSE = "nrr_digest_pause"
RESUME = "nrr_digest_resume"


def digest_actions(digest: Digest) -> Actions:
    """Lay the buttons of a digest out; each answers the person alone who presses it."""
    question = digest.answer.question
    follow_ups = [full_answer(question)]
    if not digest.is_unchanged:
        before = digest.answer.comparisons.previous
        moved = news_of(digest.answer.retention, before.retention if before else None)
        follow_ups = [why(question), *follow_ups, accounts_of(question, moved)]
    buttons = [button(*one.option) for one in follow_ups]
    number = digest.request.number
    options = [(EDIT, "Edit this digest", f"{number}"), (PAUSE, "Pause it", f"{number}")]
    menu = None if number is None else overflow(options)
    return Actions(tuple(one for one in (*buttons, menu) if one))

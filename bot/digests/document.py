"""A digest as the JSON document of ``nrrbot digest --json``."""

from collections.abc import Sequence

from bot.answers.document import answer_json
from bot.digests.digest import Digest
from bot.digests.message import digest_message
from bot.digests.wording.sentences import headline
from bot.style.document import Json


def digest_json(digest: Digest, *, charts: Sequence[str]) -> Json:
    """Return the document; what it shares with ``ask --json`` has the same form there.

    Parameters
    ----------
    charts : sequence of str
        Where the pictures were written.
    """
    asked, message = answer_json(digest.answer), digest_message(digest)
    return {
        "period": asked["question"]["period"],
        "headline": headline(digest),
        "text": message.text,
        "blocks": list(message.blocks),
        "result": asked["result"],
        "segments": asked["breakdown"],
        "charts": list(charts),
    }

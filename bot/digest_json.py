"""A digest as the JSON document of ``nrrbot digest --json``."""

from collections.abc import Sequence

from bot.answer_json import Json, answer_json
from bot.blocks.digest import digest_message
from bot.digests import Digest
from bot.wording.digest import headline


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

"""JSON of ``nrrbot digest``: a digest, and the list of subscriptions and stuck messages."""

from collections.abc import Sequence

from bot.answers.document import answer_json
from bot.digests.digest import Digest
from bot.digests.message import digest_message
from bot.digests.wording.sentences import headline
from bot.digests.wording.subscriptions import Listed
from bot.style.document import Json
from storage.digests.stuck import StuckMessage


def digest_json(digest: Digest, *, charts: Sequence[str]) -> Json:
    """Return a digest as JSON, with the keys of ``ask --json`` where both have them.

    Parameters
    ----------
    charts : sequence of str
        Paths of the pictures.
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


def subscription_document(listed: Listed) -> Json:
    """Return a subscription as JSON."""
    one = listed.subscription
    schedule = one.schedules[-1]
    return {
        "id": one.id,
        "channel": one.destination.channel_id,
        "owner": one.destination.owner_id,
        "state": one.status.state.value,
        "reason": one.status.reason,
        "scope": dict(one.content.scope),
        "dimension": one.content.dimension,
        "period": one.content.period.value,
        "parts": sorted(one.content.sections),
        "weekday": schedule.weekday.value,
        "hour": schedule.hour,
        "time_zone": schedule.time_zone,
        "last_sent": listed.last_sent.isoformat() if listed.last_sent else None,
    }


def message_document(message: StuckMessage) -> Json:
    """Return a message that waits for a person as JSON."""
    return {
        "id": message.number,
        "digest": message.subscription_id,
        "channel": message.channel_id,
        "kind": message.kind,
        "state": message.failure.state.value,
        "error": message.failure.error,
        "due_at": message.due_at.isoformat(),
    }

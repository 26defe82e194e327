"""JSON of ``nrrbot digest``: a digest, and the list of subscriptions and stuck messages."""

from collections.abc import Sequence

from bot.answers.document import answer_json
from bot.answers.posted_figures import Restated
from bot.benchmarks.document import tier_review_json
from bot.digests.digest import Digest
from bot.digests.message import digest_message, thread_message
from bot.digests.wording.sentences import headline
from bot.digests.wording.subscriptions import Listed
from bot.outlook.document import outlook_json
from bot.style.document import Json, grounds_json, ratio_json
from storage.digests.stuck import StuckMessage


def digest_json(digest: Digest, *, charts: Sequence[str]) -> Json:
    """Return a digest as JSON, with the keys of ``ask --json`` where both have them.

    Parameters
    ----------
    charts : sequence of str
        Paths of the pictures.
    """
    asked, message = answer_json(digest.answer), digest_message(digest)
    thread = thread_message(digest)
    return {
        "period": asked["question"]["period"],
        "note": asked["note"],
        "headline": headline(digest),
        "finding": asked["finding"],
        "benchmarks": asked["benchmarks"],
        "goal": asked["goal"],
        "outlook": outlook_json(digest.body.outlook) if digest.body.outlook else None,
        "tier_review": tier_review_json(digest.body.tier_review),
        "text": message.text,
        "blocks": list(message.blocks),
        "result": asked["result"],
        "segments": asked["breakdown"],
        "thread": {"text": thread.text, "blocks": list(thread.blocks)} if thread else None,
        "restated": [_restated(one) for one in digest.body.restated],
        "charts": list(charts),
        **grounds_json(digest.answer.grounds),
    }


def _restated(one: Restated) -> Json:
    posted, now = one.shown.figure, one.now
    return {
        "scope": dict(now.scope),
        "period": {"label": now.label, "start": now.start.isoformat(), "end": now.end.isoformat()},
        "posted": {"nrr": ratio_json(posted.nrr), "grr": ratio_json(posted.grr)},
        "now": {"nrr": ratio_json(now.nrr), "grr": ratio_json(now.grr)},
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
        "monthly": one.content.is_monthly,
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

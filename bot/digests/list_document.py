"""Weekly digests and stuck messages as the JSON of ``nrrbot digest list --json``."""

from bot.digests.wording.subscriptions import Listed
from bot.style.document import Json
from storage.digests.stuck import StuckMessage


def digest_document(listed: Listed) -> Json:
    """Return a digest as JSON."""
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
        "state": message.state.value,
        "error": message.error,
        "due_at": message.due_at.isoformat(),
    }

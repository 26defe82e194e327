"""Notices to the owner of a digest or an alert that could not be sent; never with a figure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.config import Settings
from bot.delivery.outcomes import (
    ALERT,
    DIGEST_STALE_AFTER,
    EXPORT,
    NOTICE,
    QUALITY,
    RESTATEMENT,
    THREAD,
    Settlement,
)
from bot.delivery.parcels import message_parcel
from bot.message import Message
from bot.slack.ids import mention
from storage.delivery.parcels import Claim, Parcel, State

REASONS = {  # of a suspension; other reasons are told by Slack's own word
    "archived": "the channel is archived",
    "is_archived": "the channel is archived",
    "not_in_channel": "I am not in the channel: invite me",
    "channel_not_found": "I am not in the channel: invite me",
    "no_channel": "figures go into channels only",
    "shared_outside": "the channel is shared with another company, or about to be",
    "deactivated": "the account of its owner is deactivated",
    "guest": "its owner is a guest of this workspace",
    "not_approved": "the channel is public, and not approved for these figures any more",
    "no_grant": "its owner may not see figures any more",
    "no_role": "its owner may not have figures posted any more",
    "out_of_scope": "its owner may not see these figures any more",
    "too_few": (
        "it could tell of fewer than five accounts there: an administrator adds the channel to"
        " NRRBOT_NAMES_IN_CHANNELS"
    ),
    "no_detail": "its owner may not see single accounts any more",
    "no_names": "accounts are not named there",
    "other_workspace": "its owner is not of this workspace",
    "user_not_found": "its owner is not in this workspace any more",
    "no_answer": "Slack took no message in time",
}

_ALERT_REASONS = {  # as the owner of the rule reads it: they are the recipient
    **REASONS,
    "deactivated": "the account is deactivated",
    "guest": "they are a guest of this workspace",
    **dict.fromkeys(
        ("no_grant", "no_role", "out_of_scope", "no_detail"), "they may not see these figures"
    ),
    "other_workspace": "they are not of this workspace",
    "user_not_found": "they are not in this workspace any more",
}

GONE = frozenset({"deactivated", "user_not_found"})  # an owner who cannot be told any more

_HOURS = int(DIGEST_STALE_AFTER.total_seconds() // 3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureNotices:
    """Writes the notices of failed messages to owners and administrators."""

    command: str = "/nrr"
    admin_channel: str | None = None  # gets every notice that an owner gets
    admins: Callable[[], tuple[str, ...]] = tuple  # are told in place of an owner who has left

    def about(
        self,
        claim: Claim,
        settlement: Settlement,
        *,
        owner_ids: Sequence[str],
        is_monthly: bool = False,
        now: datetime,
    ) -> tuple[Parcel, ...]:
        """Write the notices about a settled claim, one for each recipient.

        ``is_monthly`` is whether the digest that it belongs to is.
        """
        parcel, address = claim.parcel, claim.parcel.address
        if parcel.kind in (NOTICE, RESTATEMENT, EXPORT, QUALITY) or not settlement.notifies_owner:
            return ()
        is_alert = parcel.kind == ALERT
        if is_alert:
            words = self.alert_words(address.channel_id, settlement)
        else:
            say = self.thread_words if parcel.kind == THREAD else self.words
            words = say(address.channel_id, settlement, is_monthly=is_monthly)
        # who cannot be reached is not told that they cannot
        others = [one for one in owner_ids if one != address.channel_id or not is_alert]
        if settlement.outcome.error in GONE and not (is_alert and others):
            others = list(self.admins())
        return self._to_each(claim, words, others, now=now)

    def left_out(
        self, claim: Claim, code: str, *, owner_ids: Sequence[str], now: datetime
    ) -> tuple[Parcel, ...]:
        """Write the notices about an alert of which only a part may be seen any more."""
        reader = claim.parcel.address.channel_id
        reason = _ALERT_REASONS.get(code, f"Slack says {code}")
        words = f"A part of an alert for {mention(reader)} was left out: {reason}. {self._shown}"
        others = [one for one in owner_ids if one != reader]
        return self._to_each(claim, words, others, now=now)

    def _to_each(
        self, claim: Claim, words: str, owner_ids: Sequence[str], *, now: datetime
    ) -> tuple[Parcel, ...]:
        key = f"{claim.parcel.dedupe_key}:{claim.lease.generation}"
        team_id = claim.parcel.address.team_id
        return self.parcels(words, key=key, team_id=team_id, owner_ids=owner_ids, now=now)

    @property
    def _shown(self) -> str:
        return f"`{self.command} alerts` shows how alerts stand, and who hears of them."

    def alert_words(self, channel_id: str, settlement: Settlement) -> str:
        """Tell the owner of a rule about an alert that a recipient did not get."""
        code = settlement.outcome.error or "unknown"
        name = mention(channel_id)
        shown = self._shown
        if settlement.outcome.state is State.NEEDS_ATTENTION:
            return f"An alert for {name} may or may not have arrived: Slack did not say. {shown}"
        reason = _ALERT_REASONS.get(code, f"Slack says {code}")
        if settlement.outcome.picture_state is not None:
            return f"The chart of an alert for {name} was left out: {reason}. {shown}"
        if settlement.outcome.state is State.SENT:
            return f"An alert for {name} was not updated: {reason}. {shown}"
        return f"An alert for {name} could not be delivered: {reason}. {shown}"

    def words(self, channel_id: str, settlement: Settlement, *, is_monthly: bool = False) -> str:
        """Tell the owner of a digest that it was not sent, or may not have been."""
        code, place = settlement.outcome.error or "unknown", f"<#{channel_id}>"
        stretch = _stretch(is_monthly=is_monthly)
        if settlement.suspends:
            is_sent = settlement.outcome.state is State.SENT
            without = f"The charts of this {stretch}'s digest for {place} were left out. "
            return without * is_sent + self.suspended(channel_id, code, is_monthly=is_monthly)
        if settlement.outcome.state is State.NEEDS_ATTENTION:
            return (
                f"This {stretch}'s digest for {place} may or may not have been posted: Slack did"
                f" not say ({code}). Look into the channel; if it is not there,"
                f" `{self.command} digest now` sends it."
            )
        if settlement.outcome.state is State.SKIPPED_STALE:
            then = "It is tried again next week" if is_monthly else "The next one comes as planned"
            return (
                f"A digest for {place} was skipped: it could not be sent within {_HOURS} hours, or"
                f" before the next one was due. {then}."
            )
        return (
            f"This {stretch}'s digest for {place} could not be posted ({code})."
            f" `{self.command} digest list` shows it; tell your administrator."
        )

    def thread_words(
        self, channel_id: str, settlement: Settlement, *, is_monthly: bool = False
    ) -> str:
        """Tell the owner of a digest that what belongs under it was not sent, or may not be."""
        if settlement.suspends:
            return self.words(channel_id, settlement, is_monthly=is_monthly)
        code, place = settlement.outcome.error or "unknown", f"<#{channel_id}>"
        below = f"What belongs in the thread of this {_stretch(is_monthly=is_monthly)}'s digest in"
        if settlement.outcome.state is State.NEEDS_ATTENTION:
            may = "may or may not have been posted: Slack did not say"
            return f"{below} {place} {may} ({code})."
        return f"{below} {place} could not be posted ({code}). The digest itself is there."

    def suspended(self, channel_id: str, code: str, *, is_monthly: bool = False) -> str:
        """Tell the owner of a subscription why it is suspended."""
        reason, rhythm = REASONS.get(code, f"Slack says {code}"), _stretch(is_monthly=is_monthly)
        next_step = f"Once that is mended, `{self.command} digest resume` there lets it come again."
        if code in GONE:
            next_step = (
                f"Somebody else sets it up anew there with `{self.command} digest here`;"
                f" `{self.command} digest remove` ends this one."
            )
        return f"The {rhythm}ly digest for <#{channel_id}> is suspended: {reason}. {next_step}"

    def parcels(
        self, words: str, *, key: str, team_id: str, owner_ids: Sequence[str], now: datetime
    ) -> tuple[Parcel, ...]:
        """Write a notice for each owner, and for the administrators' channel if there is one."""
        channel = [] if self.admin_channel is None else [self.admin_channel]
        return tuple(
            message_parcel(
                Message(words), dedupe_key=f"{NOTICE}:{key}:{one}", team_id=team_id, to=one, now=now
            )
            for one in dict.fromkeys((*owner_ids, *channel))
        )


def _stretch(*, is_monthly: bool) -> str:
    return "month" if is_monthly else "week"


def failure_notices_of(settings: Settings) -> FailureNotices:
    """Make the writer of notices that the settings ask for."""
    command, channel = settings.nrrbot_commands[0], settings.nrrbot_alive_channel
    return FailureNotices(command=command, admin_channel=channel)

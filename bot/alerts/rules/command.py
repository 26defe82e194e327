"""``/nrr alert`` sets alert rules up, changes, pauses and ends them; ``/nrr alerts`` lists them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bot.alerts.rules.form import alert_form
from bot.alerts.rules.grammar import TypedRule, parse_rule
from bot.alerts.rules.home_parts import attention_parts, own_parts
from bot.alerts.rules.list_message import alert_list
from bot.alerts.rules.proposals import Proposal, Proposals
from bot.alerts.rules.recipients import ME, read_recipients
from bot.alerts.rules.rights import AlertAccess
from bot.alerts.rules.setup import AlertSetup, read_rule_id, require_own
from bot.alerts.rules.sight import AlertSight
from bot.alerts.rules.silencing import SILENCING, Silencing
from bot.alerts.rules.wording.sentences import ListedRule, goes_to, named, short_id
from bot.errors import UsageError
from bot.message import Message
from bot.slack.forms import Forms
from bot.slack.sent import Asker, Click, Request
from bot.style.parts import Parts
from storage.alerts.rules import RuleRecord

USAGE = (
    "type `/nrr alert enterprise below 105%` (of twelve months), `/nrr alert smb monthly below 97%`"
    " or `/nrr alert smb drops 3 points` to set one up, `/nrr alert` for a form, or `/nrr alert"
    " edit`, `pause`, `resume`, `remove`, `acknowledge`, `snooze`, `wake`, `mute`, `unmute` or `to`"
    " with a number, as in `/nrr alert snooze 3 until friday`; `/nrr alerts` lists them"
)
_DOING = re.compile(
    r"(?P<word>edit|pause|resume|remove|unmute|to)(?:\s+(?P<name>\S+)(?:\s+(?P<rest>.*))?)?",
    re.IGNORECASE | re.DOTALL,
)
ALONE = "`/nrr alerts` stands alone and lists them all: `/nrr alert` changes one"
_HELP = frozenset({"help", "?"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCommand:
    """Serves both sub-commands; only the asker sees the list."""

    setup: AlertSetup
    access: AlertAccess
    proposals: Proposals
    forms: Forms
    sight: AlertSight
    silencing: Silencing

    def answer(self, request: Request) -> Message | None:
        """Do as was typed, and confirm it; None where a form has opened.

        Raises
        ------
        UsageError
            If the words mean nothing here.
        AccessDeniedError
            If the alert is another user's, or is to go to one who may not see figures.
        """
        text = request.text.strip()
        if not text:
            return self._open(request, None)
        if text.casefold() in _HELP:
            raise UsageError(USAGE)
        if text.casefold() == "list":
            return self.list_alerts(replace(request, text=""))
        if (silencing := SILENCING.fullmatch(text)) is not None:
            return self.silencing.answer(request, silencing)
        doing = _DOING.fullmatch(text)
        if doing is None or _is_rule(doing):
            return self._add(request, text)
        return self._do(request, doing)

    def set_up_anyway(self, click: Click) -> Message:
        """Set up or change the rule that was asked about: the button carries what was typed."""
        request = Request(text=click.value, asker=click.asker, trigger_id=click.trigger_id)
        doing = _DOING.fullmatch(request.text)
        if doing is None or _is_rule(doing):
            return self._add(request, request.text, is_confirmed=True)
        record = self._find(request, doing)
        return self._change(request, record, doing["rest"] or "", is_confirmed=True)

    def list_alerts(self, request: Request) -> Message:
        """List every alert rule that the asker may see, and how it stands on each scope.

        Raises
        ------
        UsageError
            If something else was typed.
        AccessDeniedError
            If they may see nothing at all.
        """
        if request.text.strip():
            raise UsageError(ALONE)
        asker = request.asker
        return alert_list(self.seen(asker), asker=asker.user_id, today=self.setup.today())

    def seen(self, asker: Asker) -> tuple[ListedRule, ...]:
        """List the alert rules that a person may see, with figures that they may be shown."""
        visibility = self.access.visibility(asker)
        return self.setup.listed(
            user_id=asker.user_id,
            sees=visibility.sees,
            may_tell=partial(self.sight.may_tell, visibility=visibility),
        )

    def attention(self, asker: Asker) -> Parts:
        """Compose what needs a person, for their Home tab."""
        return attention_parts(self.seen(asker), today=self.setup.today())

    def own_rules(self, asker: Asker) -> Parts:
        """Compose the alert rules of a person's own, for their Home tab."""
        return own_parts(self.seen(asker), asker=asker.user_id, today=self.setup.today())

    def _do(self, request: Request, doing: re.Match[str]) -> Message | None:
        if doing["name"] is None:
            raise UsageError(USAGE)
        do: dict[str, Callable[[Request, RuleRecord, str], Message | None]] = {
            "edit": self._edit,
            "pause": self._pause,
            "resume": self._resume,
            "remove": self._remove,
            "unmute": self._unmute,
            "to": self._tell,
        }
        word, rest = doing["word"].casefold(), (doing["rest"] or "").strip()
        if rest and word not in {"edit", "to"}:
            raise UsageError(USAGE)
        return do[word](request, self._find(request, doing), rest)

    def _find(self, request: Request, doing: re.Match[str]) -> RuleRecord:
        visibility = self.access.visibility(request.asker)
        record = self.setup.find(doing["name"], sees=visibility.sees)
        if doing["word"].casefold() != "unmute":  # a mute is a user's own, whoever owns the rule
            self.access.require_change(request.asker, record)
        return record

    def _read(self, request: Request, text: str) -> TypedRule:
        visibility = self.access.visibility(request.asker)
        return parse_rule(
            text, vocabulary=self.access.words(visibility), default=visibility.default or ()
        )

    def _add(self, request: Request, text: str, *, is_confirmed: bool = False) -> Message:
        typed = self._read(request, text)
        recipients = typed.recipients_for(request.asker.user_id)
        proposal = Proposal(rule=typed.rule, recipients=recipients)
        return self.proposals.save(proposal, request.asker, is_confirmed=is_confirmed)

    def _open(self, request: Request, record: RuleRecord | None) -> Message | None:
        asker = request.asker
        default = self.access.visibility(asker).default or ()
        form = alert_form(
            record,
            channel_id=asker.channel_id,
            asker=asker.user_id,
            default=default,
            example=self.access.example(asker),
        )
        self.forms.open(request.trigger_id, form)
        return None

    def _edit(self, request: Request, record: RuleRecord, rest: str) -> Message | None:
        require_own(record.rule, "changed")
        return self._change(request, record, rest) if rest else self._open(request, record)

    def _change(
        self, request: Request, record: RuleRecord, rest: str, *, is_confirmed: bool = False
    ) -> Message:
        typed = self._read(request, rest)
        recipients = typed.recipients_for(request.asker.user_id) if typed.recipients else None
        proposal = Proposal(rule=typed.rule, recipients=recipients, known=record)
        return self.proposals.save(proposal, request.asker, is_confirmed=is_confirmed)

    def _pause(self, _: Request, record: RuleRecord, __: str) -> Message:
        self.setup.set_enabled(record, is_enabled=False)
        name = short_id(record.rule)
        return Message(
            f"{named(record)} is paused: `/nrr alert resume {name}` lets it watch again."
        )

    def _resume(self, _: Request, record: RuleRecord, __: str) -> Message:
        self.setup.set_enabled(record, is_enabled=True)
        return Message(f"{named(record)} watches again.")

    def _remove(self, _: Request, record: RuleRecord, __: str) -> Message:
        self.setup.remove(record)
        return Message(f"{named(record)} is removed.")

    def _unmute(self, request: Request, record: RuleRecord, _: str) -> Message:
        user_id = request.asker.user_id
        muted = self.setup.muted(record, user_id=user_id)
        if not muted:
            raise UsageError(f"you have not muted alert {short_id(record.rule)}")
        self.setup.unmute(muted, user_id=user_id)
        return Message(f"{named(record)} is not muted for you any more.")

    def _tell(self, request: Request, record: RuleRecord, rest: str) -> Message:
        by = request.asker.user_id
        recipients = TypedRule(
            rule=record.rule, recipients=read_recipients(rest or ME)
        ).recipients_for(by)
        self.access.require_rule(request.asker, record.rule, recipients)
        changed = self.setup.set_recipients(record, recipients)
        return Message(f"{named(changed)} is changed: {goes_to(changed, asker=by)}.")


def _is_rule(doing: re.Match[str]) -> bool:
    """Tell a rule that begins with recipients, ``to @maya smb below 100%``, from ``to 3 @maya``."""
    return (
        doing["word"].casefold() == "to"
        and doing["name"] is not None
        and read_rule_id(doing["name"]) is None
    )

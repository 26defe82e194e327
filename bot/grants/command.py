"""``/nrr access`` and ``/nrr audit``: grants, approvals, and the newest decisions."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.access.decisions import Action, Reach
from bot.access.gate import Gate
from bot.access.visibility import is_administrator
from bot.access.wording import (
    NOTHING_YET,
    WITH_ACCOUNTS,
    administrators,
    grant_words,
    said_scope,
    verified_sentence,
)
from bot.errors import BotError, UsageError
from bot.grants.decision_words import decision_sentence, tally_sentence
from bot.grants.granting import Granting, read_channel, read_grantee, read_role
from bot.grants.reasons import explain
from bot.message import Message
from bot.slack.ids import is_group, mention
from bot.slack.sent import Asker, Request
from bot.style.grid import LabelledText, WithPeople
from bot.style.names import escaped, plural
from bot.style.parts import Line, Parts, Said
from metrics.errors import MetricsError
from storage.access import audit
from storage.access.audit import Link
from storage.access.grants import Approval, Grant, Role
from storage.errors import StorageError

USAGE = (
    "type `/nrr access` to see what you may see; administrators type `/nrr access grant @user"
    " viewer enterprise`, `grant @user analyst company with accounts` (single accounts, too),"
    " `revoke @user`, `list`, `why @user enterprise`, `approve enterprise`, `withdraw` or"
    " `small-groups show`"
)
ACCESS = "access"
CLAIM = "claim"
_DETAIL = {
    ("with", "accounts"): True,
    ("with", "account", "detail"): True,
    ("without", "accounts"): False,
    ("without", "account", "detail"): False,
    ("--account-detail",): True,
    ("\u2014account-detail",): True,  # Slack makes a dash of two hyphens
}
"""The last words of a grant, and whether single accounts may be seen then."""
QUESTIONS, VERIFY = "questions", "verify"
AUDIT_USAGE = (
    "type `/nrr audit` for the newest decisions, `/nrr audit questions` for the newest questions,"
    " or `/nrr audit verify` to check that no entry was changed; `nrrbot audit pack Q3 2026"
    " FILE.zip`, where nrrbot runs, packs what a period rests on"
)
FEW = 50
"""Below so many accounts a company would see hardly any group without account detail."""
SHOWN = 20
"""The newest decisions that `/nrr audit` shows."""


def is_admin_claim(text: str) -> bool:
    """Tell whether a command claims the first administrator's role: it needs no grant."""
    return text.casefold().split()[:2] == [ACCESS, CLAIM]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessCommand:
    """Serves both sub-commands; the audit tells the time of its zone.

    Attributes
    ----------
    count_accounts : callable
        Counts the accounts that paid when the last month opened.
    claimed : callable
        Greets the first administrator, by their user id.
    """

    gate: Gate
    granting: Granting
    zone: ZoneInfo
    count_accounts: Callable[[], int]
    claimed: Callable[[str], None]

    def answer(self, request: Request) -> Message:
        """Carry out a command after ``access`` and confirm it.

        Raises
        ------
        UsageError
            If the words are no command.
        AccessDeniedError
            If it is for administrators alone.
        """
        word, *rest = request.text.split() or [""]
        if not word:
            return self._own(request.asker)
        if word.casefold() == CLAIM and len(rest) == 1:
            return self._claim(request.asker, rest[0])
        do = {
            "grant": self._grant,
            "revoke": self._revoke,
            "list": self._list,
            "why": self._why,
            "approve": self._approve,
            "withdraw": self._withdraw,
            "small-groups": self._small_groups,
        }.get(word.casefold())
        if do is None:
            raise UsageError(USAGE)
        # asked of Slack now: a person deactivated a minute ago must not grant anything
        self.gate.require(request.asker, Action.GRANTS, fresh=True)
        return do(request.asker, rest)

    def audit(self, request: Request) -> Message:
        """Show an administrator the newest decisions, or verify all of them.

        Raises
        ------
        UsageError
            If the words are no command.
        AuditBrokenError
            If an entry was changed or removed.
        AccessDeniedError
            If it is for administrators alone.
        """
        word = request.text.casefold().strip()
        if word not in {"", QUESTIONS, VERIFY}:
            raise UsageError(AUDIT_USAGE)
        self.gate.require(request.asker, Action.AUDIT, fresh=True)
        with self.granting.store.read() as session:
            if word == VERIFY:
                return Message(verified_sentence(audit.verify(session)))
            if word == QUESTIONS:
                return self._told(audit.newest(session, SHOWN, of=Action.ASK))
            links = audit.newest(session, SHOWN, but=Action.ASK)
            asked = audit.tally(session, Action.ASK, after=links[-1].id if links else 0)
        return self._told(links, *([tally_sentence(asked)] if asked.decided else []))

    def _told(self, links: Sequence[Link], *after: str) -> Message:
        lines = [decision_sentence(link, self.zone) for link in links]
        if lines:
            lines = [f"The newest decisions; times are of {self.zone.key}.", *lines]
        return Message("\n".join((*lines, *after)) or NOTHING_YET)

    def own_access(self, asker: Asker) -> Parts:
        """Compose what a person may see, and who grants more, for their Home tab."""
        principal = self.gate.principal(asker)
        held = "; ".join(grant_words(grant) for grant in principal.grants)
        lines: list[Line] = [LabelledText("Your access:", held)]
        if not is_administrator(principal):
            named = administrators(self.gate.records.grants(), self.gate.is_barred)
            lines.append(WithPeople("More is granted by", (*named, " (/nrr access)")))
        return (Said(*lines),)

    def administration(self, asker: Asker) -> Parts:
        """Compose who has access, for the Home tab of administrators; nothing for others."""
        if not is_administrator(self.gate.principal(asker)):
            return ()
        grants, approvals = self.granting.listed()
        return (Said(LabelledText("Access:", access_words(grants, approvals))),)

    def _own(self, asker: Asker) -> Message:
        grants = self.gate.principal(asker).grants  # there are some: others are refused before
        held = "; ".join(escaped(grant_words(grant)) for grant in grants)
        return Message(f"You are {held}.")

    def _claim(self, asker: Asker, code: str) -> Message:
        self.granting.claim(code, by=asker)
        with suppress(BotError, MetricsError, StorageError):  # they are administrator anyway
            self.claimed(asker.user_id)
        said = (
            "You are the first administrator. `/nrr access grant @user viewer enterprise` lets"
            " others see figures, and `with accounts` after it single accounts and small groups,"
            f" too; for yourself: `/nrr access grant {asker.user_id} admin with accounts`."
        )
        with suppress(BotError, MetricsError, StorageError):  # a ledger may be imported later
            accounts = self.count_accounts()
            return Message(f"{said} {few_accounts(accounts)}" if accounts < FEW else said)
        return Message(said)

    def _small_groups(self, asker: Asker, words: list[str]) -> Message:
        are_shown = read_small_groups(words)
        self.granting.set_small_groups(are_shown=are_shown, by=asker)
        return Message(small_groups_words(are_shown=are_shown))

    def _grant(self, asker: Asker, words: list[str]) -> Message:
        grant = read_grant(words, self.granting)
        granted = self.granting.grant(grant, by=asker)
        return Message(" ".join(granted.sentences(mention(grant.grantee_id), shown=escaped)))

    def _revoke(self, asker: Asker, words: list[str]) -> Message:
        if not words:
            raise UsageError("say whose: `/nrr access revoke @user`, or `@user enterprise`")
        grantee_id, scope = read_grantee(words[0]), self.granting.read_scope_or_all(words[1:])
        taken = self.granting.revoke(grantee_id, scope, by=asker)
        what = "; ".join(escaped(grant_words(grant)) for grant in taken)
        return Message(f"{mention(grantee_id)} is no longer {what}.")

    def _list(self, _: Asker, words: list[str]) -> Message:
        if words:
            raise UsageError("`/nrr access list` takes no more words")
        grants, approvals = self.granting.listed()
        lines = [
            listed_grant(each, mention(each.grantee_id), granting=self.granting, shown=escaped)
            for each in grants
        ]
        lines += [
            f"<#{each.channel_id}>: approved for {escaped(said_scope(each.scope))}"
            for each in approvals
        ]
        if self.granting.shows_small_groups():
            lines.append(small_groups_words(are_shown=True))
        return Message("\n".join(lines) if lines else "Nothing is granted yet.")

    def _why(self, asker: Asker, words: list[str]) -> Message:
        if not words:
            raise UsageError("say about whom and what: `/nrr access why @user enterprise`")
        user_id, scope = read_grantee(words[0]), self.granting.read_scope(words[1:])
        if is_group(user_id):
            raise UsageError("ask about a person: a user group sees nothing by itself")
        subject = replace(asker, user_id=user_id)  # the gate judges them as if they asked
        steps = explain(self.gate, subject, Reach(scope=scope), shown=escaped)
        return Message("\n".join((mention(user_id), *steps)))

    def _approve(self, asker: Asker, words: list[str]) -> Message:
        channel_id, rest = _place(asker, words)
        approval = Approval(channel_id=channel_id, scope=self.granting.read_scope(rest))
        self.granting.approve(approval, by=asker)
        about = escaped(said_scope(approval.scope))
        return Message(f"Figures of {about} may now be posted in <#{channel_id}>.")

    def _withdraw(self, asker: Asker, words: list[str]) -> Message:
        channel_id, rest = _place(asker, words)
        scope = self.granting.read_scope_or_all(rest)
        taken = self.granting.withdraw(channel_id, scope, by=asker)
        about = "; ".join(escaped(said_scope(each.scope)) for each in taken)
        return Message(f"<#{channel_id}> is no longer approved for {about}.")


def access_words(grants: Sequence[Grant], approvals: Sequence[Approval]) -> str:
    """Say how many have access: "3 people and 1 user group; 1 public channel is approved"."""
    grantees = {grant.grantee_id for grant in grants}
    groups = sum(map(is_group, grantees))
    people = len(grantees) - groups
    who = "1 person" if people == 1 else f"{people} people"
    both = f"{who} and {plural(groups, 'user group')}" if groups else who
    channels = len({each.channel_id for each in approvals})
    approved = f"; {plural(channels, 'public channel')} approved" if channels else ""
    return f"{both}{approved} (/nrr access list)"


def read_grant(words: list[str], granting: Granting) -> Grant:
    """Read a grant from ``@user viewer enterprise``, with or without ``with accounts``."""
    rest, has_detail = _part_detail(words)
    if len(rest) < len(("@user", "role")):
        raise UsageError(
            "say who and what: `access grant @user viewer enterprise`, or"
            f" `access grant @user viewer enterprise {WITH_ACCOUNTS}`"
        )
    who, what, *about = rest
    grantee_id, role = read_grantee(who), read_role(what)
    is_admin = role is Role.ADMIN and not about  # of the company, unless it says otherwise
    return Grant(
        grantee_id=grantee_id,
        role=role,
        scope=() if is_admin else granting.read_scope(about),
        account_detail=has_detail,
    )


def _part_detail(words: list[str]) -> tuple[list[str], bool]:
    folded = [word.casefold() for word in words]
    for end, has_detail in _DETAIL.items():
        if folded[-len(end) :] == [*end]:
            return words[: -len(end)], has_detail
    return words, False


def listed_grant(
    grant: Grant, grantee: str, *, granting: Granting, shown: Callable[[str], str] = str
) -> str:
    """List a grant in words, marked if it shows its grantee nothing."""
    standing = granting.standing(grant.grantee_id)
    mark = f" ({standing}: sees nothing)" if standing else ""
    return f"{grantee}: {shown(grant_words(grant))}{mark}"


def read_small_groups(words: list[str]) -> bool:
    """Read whether small groups are to be shown.

    Raises
    ------
    UsageError
        If the words do not say.
    """
    found = {"show": True, "hide": False}.get(" ".join(words).casefold())
    if found is None:
        raise UsageError("say which: `access small-groups show` or `access small-groups hide`")
    return found


def small_groups_words(*, are_shown: bool) -> str:
    """Say whether small groups are shown."""
    if are_shown:
        return (
            "Groups of fewer than five accounts, and days, are shown to everybody who sees figures;"
            " account names still take access with account detail."
        )
    return "Groups of fewer than five accounts are shown only with account detail."


def few_accounts(accounts: int) -> str:
    """Ask the first administrator of a small company whether small groups may be shown."""
    return (
        f"This company has {plural(accounts, 'account')}, and groups of fewer than five are shown"
        " only with account detail: others would see hardly a segment. `/nrr access small-groups"
        " show` shows them to everybody who sees figures."
    )


def _place(asker: Asker, words: list[str]) -> tuple[str, list[str]]:
    named = read_channel(words[0]) if words else None
    return (asker.channel_id, words) if named is None else (named, words[1:])

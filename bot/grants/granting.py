"""Changes grants and approvals, for Slack and the command line alike."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from bot.access.decisions import Allow, Reach, Reason, Surface
from bot.access.records import Records, denied
from bot.access.vocabulary import TELLS_THE_TOTAL, derivable
from bot.access.wording import COMPANY, WITH_ACCOUNTS, grant_words, role_words
from bot.errors import UsageError
from bot.grants.decision_words import DETAIL
from bot.grants.standing import Standing
from bot.questions.scopes import read_scope_alone
from bot.questions.words import Vocabulary
from bot.slack.sent import Asker
from metrics.rollup import Scope
from storage.access import audit
from storage.access import grants as access
from storage.access.audit import Entry
from storage.access.grants import Admins, Approval, Grant, Role
from storage.access.small_groups import put_small_groups, shows_small_groups
from storage.errors import LastAdministratorError
from storage.store.engine import Store

ONLY_SCOPE = "only say which accounts here: company, or a segment such as enterprise"
NO_SCOPE = "say what it is about: company, or a segment such as enterprise or industry=fintech"

_GRANTEE = re.compile(
    r"<@([UW]\w+)(?:\|[^>]*)?>|<!subteam\^(S\w+)(?:\|[^>]*)?>|([UWS][A-Z0-9]{2,})"
)
_CHANNEL = re.compile(r"<#([CG]\w+)(?:\|[^>]*)?>|([CG][A-Z0-9]{2,})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A grant as it was stored, and what whoever made it should know.

    Attributes
    ----------
    before : Grant, optional
        The grant that it replaces.
    standing : str, optional
        Why it shows the grantee nothing, if so.
    warning : str, optional
        A total that follows from all that the grantee holds.
    """

    grant: Grant
    before: Grant | None
    standing: str | None
    warning: str | None

    def sentences(self, grantee: str, *, shown: Callable[[str], str] = str) -> Iterator[str]:
        """Confirm the grant, and say what it took away and what does not work.

        Parameters
        ----------
        grantee : str
            Their name, as it is shown.
        shown : callable
            Escapes the names of segments for a message.
        """
        lost = f" ({taken})" if (taken := "; ".join(self._lost())) else ""
        yield f"{grantee} is now {shown(grant_words(self.grant))}{lost}."
        if self.standing:
            yield f"{grantee} will see nothing: that is {self.standing}."
        if self.warning:
            yield self.warning

    def _lost(self) -> Iterator[str]:
        before, now = self.before, self.grant
        if before is None:
            return
        if not now.role.includes(before.role):
            yield f"was {role_words(before.role)}"
        if before.account_detail and not now.account_detail:
            yield f"no longer {WITH_ACCOUNTS}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Granting:
    """Changes grants and approvals; each change is audited in the same transaction.

    Attributes
    ----------
    surface : Surface
        The place where administrators type, for the audit.
    vocabulary : callable
        Lists the names that the ledger knows.
    today : callable
        The workspace's own day.
    standing : callable
        Says of a grantee why no grant shows them anything; None if one does.
    """

    store: Store
    records: Records
    surface: Surface
    vocabulary: Callable[[], Vocabulary]
    today: Callable[[], date]
    standing: Standing

    def read_scope(self, words: Iterable[str]) -> Scope:
        """Read a scope from words such as ``enterprise``.

        Raises
        ------
        UsageError, MetricsError, StorageError
            If there are no words, or they are no scope.
        """
        text = " ".join(words).strip()
        if not text:
            raise UsageError(NO_SCOPE)
        if text.casefold() == COMPANY:
            return ()
        return read_scope_alone(
            text,
            vocabulary=self.vocabulary(),
            today=self.today(),
            fiscal_start=1,  # a period is refused here, so that no fiscal year matters
            only=ONLY_SCOPE,
        )

    def read_scope_or_all(self, words: Collection[str] | None) -> Scope | None:
        """Read a scope as `read_scope` does; None, which is every scope, without words."""
        return self.read_scope(words) if words else None

    def grant(self, grant: Grant, *, by: Asker) -> Granted:
        """Store a grant in place of any on the same scope.

        Raises
        ------
        UsageError
            If the company's total would follow from this grant alone.
        LastAdministratorError
            If it takes the role of the last administrator.
        """
        if TELLS_THE_TOTAL in dict(grant.scope):
            raise UsageError(
                f"{TELLS_THE_TOTAL} is cut at shares of the company's MRR, which follows from it:"
                " grant another dimension, or the company"
            )
        what = DETAIL if grant.account_detail else ""
        admins = self._admins()
        entry = self._entry(f"grant {grant.role}{what} {grant.grantee_id}", by, grant.scope)
        with (
            self._noting_a_lock_out(entry),
            audit.audited(self.store, entry) as session,
            access.keeping_an_admin(session, admins),
        ):
            before = access.put_grant(session, grant, by=by.user_id, now=entry.at)
            held = [
                each for each in access.list_grants(session) if each.grantee_id == grant.grantee_id
            ]
        return Granted(
            grant=grant,
            before=before,
            standing=self.standing(grant.grantee_id, fresh=True),
            warning=self._warning(held),
        )

    def revoke(self, grantee_id: str, scope: Scope | None, *, by: Asker) -> list[Grant]:
        """Delete the grants of a grantee on a scope, or on all scopes, and return them.

        Raises
        ------
        UsageError
            If there is none.
        LastAdministratorError
            If it takes the role of the last administrator.
        """
        admins = self._admins()
        entry = self._entry(f"revoke {grantee_id}", by, scope)
        with (
            self._noting_a_lock_out(entry),
            audit.audited(self.store, entry) as session,
            access.keeping_an_admin(session, admins),
        ):
            taken = access.take_grants(session, grantee_id, scope)
            if not taken and grantee_id == self.records.admin_id:
                raise UsageError(
                    "they are administrator by the setting NRRBOT_ADMIN, which no command revokes:"
                    " whoever runs nrrbot names somebody else there, and starts it again"
                )
            if not taken:
                raise UsageError("they have no such grant: `access list` shows what there is")
        return taken

    def approve(self, approval: Approval, *, by: Asker) -> None:
        """Approve a public channel for figures of a scope."""
        entry = self._entry(f"approve {approval.channel_id}", by, approval.scope)
        with audit.audited(self.store, entry) as session:
            access.put_approval(session, approval, by=by.user_id, now=entry.at)

    def withdraw(self, channel_id: str, scope: Scope | None, *, by: Asker) -> list[Approval]:
        """Withdraw the approvals of a channel for a scope, or for all scopes, and return them.

        Raises
        ------
        UsageError
            If there is none.
        """
        entry = self._entry(f"withdraw {channel_id}", by, scope)
        with audit.audited(self.store, entry) as session:
            taken = access.take_approvals(session, channel_id, scope)
            if not taken:
                raise UsageError("that channel has no such approval: `access list` shows them")
        return taken

    def claim(self, code: str, *, by: Asker) -> None:
        """Make the person who has the one-time code the first administrator.

        Raises
        ------
        CodeRefusedError
            If it is not the code, or not valid any more.
        """
        entry = self._entry(f"claim {by.user_id}", by, ())
        with audit.audited(self.store, entry) as session:
            access.claim_admin(session, code, user_id=by.user_id, now=entry.at)

    def set_small_groups(self, *, are_shown: bool, by: Asker) -> None:
        """Show groups of fewer than five accounts to everybody who sees figures, or hide them."""
        entry = self._entry(f"small_groups {'show' if are_shown else 'hide'}", by, ())
        with audit.audited(self.store, entry) as session:
            put_small_groups(session, are_shown=are_shown, by=by.user_id, now=entry.at)

    def shows_small_groups(self) -> bool:
        """Tell whether an administrator lets small groups be shown to everybody."""
        with self.store.read() as session:
            return shows_small_groups(session)

    def listed(self) -> tuple[tuple[Grant, ...], tuple[Approval, ...]]:
        """List every grant, with that of the settings, and every approval of a channel."""
        with self.store.read() as session:
            approvals = tuple(access.list_approvals(session))
        return self.records.grants(), approvals

    @contextmanager
    def _noting_a_lock_out(self, entry: Entry) -> Iterator[None]:
        """Write a change that would lock everybody out into the audit, as one that was refused."""
        try:
            yield
        except LastAdministratorError:
            # The change is undone, and its own entry with it.
            self.records.note(denied(entry, Reason.LAST_ADMINISTRATOR))
            raise

    def _admins(self) -> Admins:
        # Slack is asked before the transaction, which others wait for.
        admins = {each.grantee_id for each in self.records.grants() if each.role is Role.ADMIN}
        return Admins(
            set_up=frozenset(filter(None, [self.records.admin_id])),
            unable=frozenset(one for one in admins if self.standing(one, fresh=True)),
        )

    def _entry(self, action: str, by: Asker, scope: Scope | None) -> Entry:
        reach = None if scope is None else Reach(scope=scope)
        return self.records.entry(by, action, Allow(), surface=self.surface, reach=reach)

    def _warning(self, held: Iterable[Grant]) -> str | None:
        scopes = [grant.scope for grant in held]
        if () in scopes:
            return None
        found = derivable(self.vocabulary().values, scopes)
        if not found:
            return None
        return (
            f"With that they may see every {found[0]}, or all but one: the company's total, or the"
            " last one for whoever knows the total, follows from them. It is as good as granting"
            " the company."
        )


def read_grantee(text: str) -> str:
    """Read the id of a user or a user group, as typed or as Slack writes a mention.

    Examples
    --------
    >>> read_grantee("<@U012AB3CD|ana>"), read_grantee("<!subteam^S012AB3CD>")
    ('U012AB3CD', 'S012AB3CD')
    """
    found = _GRANTEE.fullmatch(text.removeprefix("@"))
    if found is None:
        raise UsageError(
            "name a person or a user group by mentioning them in Slack, or by the id from their"
            " profile, such as U012AB3CD or S012AB3CD"
        )
    return str(next(filter(None, found.groups())))


def read_channel(text: str) -> str | None:
    """Read the id of a channel; None if the text is none.

    Examples
    --------
    >>> read_channel("<#C012AB3CD|revops>"), read_channel("enterprise")
    ('C012AB3CD', None)
    """
    found = _CHANNEL.fullmatch(text)
    return None if found is None else next(filter(None, found.groups()))


def read_role(text: str) -> Role:
    """Read a role from its name."""
    word = text.casefold()
    if word == role_words(Role.ADMIN):
        return Role.ADMIN
    if word not in set(Role):
        raise UsageError("a role is viewer, analyst or admin")
    return Role(word)

"""Who hears of alerts, and what each of them may be shown, as grants and settings say now."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.access.decisions import Action
from bot.access.gate import Gate
from bot.access.records import admins
from bot.access.visibility import Visibility, visibility_of
from bot.errors import AccessDeniedError
from bot.slack.ids import is_person
from bot.slack.sent import Asker
from metrics.rollup import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientAccess:
    """The readers of alerts.

    It decides what is written for whom; whether that may still be sent is asked again when it is.

    Attributes
    ----------
    named : tuple of str
        Who hears of rules that name nobody; the administrators, if that is empty.
    operators : tuple of str
        Recipients of failures, beside the owner of the rule: the channel of whoever runs the bot.
    find_owner : callable
        Returns the user id of what the ledger says of an account's owner; None if there is none.
    """

    gate: Gate
    team_id: str
    named: tuple[str, ...]
    operators: tuple[str, ...]
    names_in: frozenset[str]
    find_owner: Callable[[str], str | None]

    def default(self) -> tuple[str, ...]:
        """Return who hears of rules that name nobody."""
        return self.named or admins(self.gate.records)

    def sees(self, recipient_id: str, scope: Scope) -> bool:
        """Tell whether a recipient may see figures of a scope.

        It is asked again when it is sent, and there it is said to whom it concerns that somebody
        may see nothing at all any more. A channel may see what whoever set up the rule wants it to.
        """
        visibility = self._visibility_of(recipient_id) if is_person(recipient_id) else None
        return visibility is None or not visibility.scopes or visibility.sees(scope)

    def sees_accounts(self, recipient_id: str, scope: Scope) -> bool:
        """Tell whether a recipient may see which accounts it was."""
        if not is_person(recipient_id):
            return recipient_id in self.names_in
        visibility = self._visibility_of(recipient_id)
        return visibility is not None and visibility.sees_accounts(scope)

    def _visibility_of(self, user_id: str) -> Visibility | None:
        """Return what somebody may see; None if that cannot be known just now."""
        asker = Asker(user_id=user_id, team_id=self.team_id, channel_id="", response_url="")
        try:
            principal = self.gate.principal(asker)
        except AccessDeniedError:
            return None
        return visibility_of(principal, Action.OWN_ALERT) if principal.groups_known else None

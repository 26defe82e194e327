"""Recipients of alerts, and the figures that each may be shown, by the grants of now."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.access.decisions import Action
from bot.access.gate import Gate
from bot.access.records import admins
from bot.access.visibility import EVERYTHING, Visibility, visibility_of
from bot.errors import AccessDeniedError
from bot.slack.ids import is_person
from bot.slack.sent import Asker
from metrics.rollup import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientAccess:
    """Tells who is a recipient by default, and the figures that a recipient may be shown.

    It decides what is written for whom; delivery asks again whether that may be sent.
    """

    gate: Gate
    team_id: str
    named: tuple[str, ...]  # recipients of rules that name none; if empty, administrators
    operators: tuple[str, ...]  # recipients of failures, beside the owner of the rule
    names_in: frozenset[str]  # channels in which account names may be read
    find_owner: Callable[[str], str | None]  # from the owner of an account to a user id

    def default(self) -> tuple[str, ...]:
        """Return the recipients of rules that name none."""
        return self.named or admins(self.gate.records)

    def sees(self, recipient_id: str, scope: Scope) -> bool:
        """Tell whether a recipient may see figures of a scope.

        A channel may see what the owner of the rule wants it to.
        """
        # Whoever may see nothing at all passes here: delivery asks again, and tells the owner.
        visibility = self._visibility_of(recipient_id) if is_person(recipient_id) else None
        return visibility is None or not visibility.scopes or visibility.sees(scope)

    def sees_accounts(self, recipient_id: str, scope: Scope) -> bool:
        """Tell whether a recipient may see account names."""
        if not is_person(recipient_id):
            return recipient_id in self.names_in
        visibility = self._visibility_of(recipient_id)
        return visibility is not None and visibility.sees_accounts(scope)

    def granted(self, recipient_id: str) -> frozenset[Scope]:
        """List the scopes that a recipient may see whole; a channel's are those of the company."""
        visibility = self._visibility_of(recipient_id) if is_person(recipient_id) else None
        return visibility.scopes if visibility and visibility.scopes else EVERYTHING.scopes

    def _visibility_of(self, user_id: str) -> Visibility | None:
        asker = Asker(user_id=user_id, team_id=self.team_id)
        try:
            principal = self.gate.principal(asker)
        except AccessDeniedError:
            return None
        return visibility_of(principal, Action.OWN_ALERT) if principal.groups_known else None

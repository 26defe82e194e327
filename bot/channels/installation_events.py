"""The app was removed from the workspace, or its token revoked: nothing is sent any more."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from pydantic import Field

from bot.delivery.breaker import Breaker
from bot.slack.event import EventHandler, EventModel, Work, handler


class AppUninstalled(EventModel):
    """``app_uninstalled``; https://docs.slack.dev/reference/events/app_uninstalled."""


class _Tokens(EventModel):
    bot: list[str] = Field(default_factory=list)


class TokensRevoked(EventModel):
    """``tokens_revoked``: whose tokens, by the users' ids.

    References
    ----------
    https://docs.slack.dev/reference/events/tokens_revoked
    """

    tokens: _Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationEvents:
    """Opens the circuit, as a refused message would: it closes once Slack knows the bot again."""

    breaker: Breaker

    def handlers(self) -> Mapping[str, EventHandler]:
        """Return what hears of which event."""
        return {
            "app_uninstalled": handler(AppUninstalled, self.uninstalled),
            "tokens_revoked": handler(TokensRevoked, self.revoked),
        }

    def uninstalled(self, event: AppUninstalled) -> Work:
        """Stop all sending."""
        del event
        return partial(self.breaker.trip, "app_uninstalled")

    def revoked(self, event: TokensRevoked) -> Work | None:
        """Stop all sending, if it is the bot's own token; people's tokens are none of ours."""
        return partial(self.breaker.trip, "token_revoked") if event.tokens.bot else None

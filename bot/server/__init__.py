"""Serving Slack: over Socket Mode, or over signed HTTP."""

from bot.server.serving import Server, build_server, serve

__all__ = ["Server", "build_server", "serve"]

"""The manifest asks for what the code calls and hears, and for nothing else."""

import ast
from functools import cache
from itertools import chain
from pathlib import Path

from slack_sdk import WebClient

import bot
from bot.slack.scopes import SCOPES, missing_scopes
from tests.slack.happenings import subscribed
from tests.slack.workspace import MANIFEST

# By https://docs.slack.dev/reference/methods and /events: what each needs of a bot's token, for the
# kinds of conversations that the bot calls it for.
METHODS = {
    "apps_connections_open": set(),  # the app's own token
    "auth_test": set(),
    "blocks_validate": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_delete": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
    "files_completeUploadExternal": {"files:write"},
    "files_delete": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "files_info": {"files:read"},
    "files_upload_v2": {"files:write"},
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "users_lookupByEmail": {"users:read.email"},
    "views_open": set(),
    "views_publish": set(),
    "views_update": set(),
    "assistant_threads_setStatus": {"chat:write"},
    "assistant_threads_setSuggestedPrompts": {"assistant:write"},
}
EVENTS = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "channel_archive": {"channels:read"},
    "channel_deleted": {"channels:read"},
    "channel_id_changed": {"channels:read"},
    "channel_left": {"channels:read"},
    "channel_rename": {"channels:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unarchive": {"channels:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "group_archive": {"groups:read"},
    "group_deleted": {"groups:read"},
    "group_left": {"groups:read"},
    "group_rename": {"groups:read"},
    "group_unarchive": {"groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "message.im": {"im:history"},
    "subteam_members_changed": {"usergroups:read"},
    "subteam_updated": {"usergroups:read"},
    "tokens_revoked": set(),
    "user_change": {"users:read"},
}
OF_SLACK = {
    name
    for name, member in vars(WebClient).items()
    if callable(member) and "_" in name.strip("_") and "/methods/" in (member.__doc__ or "")
}


@cache
def called() -> frozenset[str]:
    """Find every method of Slack's client that some module names."""
    files = Path(bot.__file__).parent.rglob("*.py")
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in files)
    nodes = chain.from_iterable(map(ast.walk, trees))
    return frozenset(node.attr for node in nodes if isinstance(node, ast.Attribute)) & OF_SLACK


def needed() -> set[str]:
    methods = chain.from_iterable(METHODS[name] for name in called())
    events = chain.from_iterable(EVENTS[name] for name in subscribed())
    return {*methods, *events, "commands"}


def test_it_is_known_which_scopes_each_called_method_needs() -> None:
    assert not called() - METHODS.keys()


def test_calls_are_found() -> None:
    assert {"chat_postMessage", "conversations_history", "users_info"} <= called()


def test_the_manifest_asks_for_what_calls_and_events_need_and_for_nothing_else() -> None:
    asked = MANIFEST["oauth_config"]["scopes"]

    assert sorted([*asked["bot"], *asked["bot_optional"]]) == sorted(needed())


def test_each_scope_of_the_manifest_has_the_feature_that_it_is_for() -> None:
    asked = MANIFEST["oauth_config"]["scopes"]

    assert [scope.name for scope in missing_scopes(set(), optional=False)] == asked["bot"]
    assert [scope.name for scope in missing_scopes(set(), optional=True)] == asked["bot_optional"]
    assert all(scope.feature for scope in SCOPES)

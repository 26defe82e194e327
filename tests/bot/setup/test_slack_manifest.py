"""The manifest as an agent's is the other one, with what Slack wants of agents."""

import yaml  # type: ignore[import-untyped]

from bot.setup.slack_manifest import manifest_text


def test_an_agent_is_the_same_app_with_its_view_and_scope() -> None:
    plain = yaml.safe_load(manifest_text())
    agent = yaml.safe_load(manifest_text(is_agent=True))

    view = agent["features"].pop("agent_view")
    assert 0 < len(view["agent_description"]) <= 300
    scopes = agent["oauth_config"]["scopes"]
    assert "assistant:write" in scopes["bot"]
    assert "assistant:write" not in scopes["bot_optional"]
    scopes["bot"].remove("assistant:write")
    scopes["bot_optional"].insert(0, "assistant:write")
    assert agent == plain
    assert "agent_view" not in plain["features"]

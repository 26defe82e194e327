from pathlib import Path

import pytest

from storage.access.grants import Role
from tests.bot.edge import Scene, let, running_bot
from tests.bot.small_company import answers_from, small_company

pytestmark = pytest.mark.slack


def test_everybody_reads_of_the_segments_that_they_may_see(scene: Scene, tmp_path: Path) -> None:
    store = small_company(tmp_path)  # of enterprise and smb
    bob, eve = (scene.slack.workspace.add_user(name) for name in ("bob", "eve"))
    let(store, scene.ana.id, role=Role.ADMIN)
    let(store, bob.id, ("segment", "enterprise"))

    with running_bot(scene.slack, store=store, asking=answers_from(store)):
        told, of_one, none = (
            scene.ask("playbook", by=person).wait_for_answer().text
            for person in (scene.ana, bob, eve)
        )
    store.engine.dispose()

    assert "smb, churn: Mend onboarding and failed payments first" in told
    assert "high value tier: Quarterly business review" in told
    assert "mid-market" not in told
    assert "nrrbot playbook check FILE" in told
    assert "enterprise, expansion: Map the teams without seats" in of_one
    assert "any other, churn: Call whoever renews" in of_one
    assert "smb" not in of_one
    assert "nrrbot playbook check" not in of_one
    assert "ask an administrator" in none
    assert "churn" not in none

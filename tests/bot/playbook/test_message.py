from bot.playbook.message import how_to_edit, only_known, playbook_parts
from bot.style.rendering import message_of
from bot.treatments.playbook import Playbook
from bot.treatments.reading import default_playbook
from tests.bot.sample_answers import HOSTILE_NAME
from tests.bot.style.heights import height_of
from tests.slack.block_kit import find_errors


def test_all_of_it_fits_one_screen() -> None:
    message = message_of(playbook_parts(default_playbook(), how_to_edit=how_to_edit(None)))

    assert height_of(message.blocks) <= 700


def test_a_text_that_was_taken_away_has_no_line() -> None:
    texts = Playbook(
        levers={"churn": "Call.", "expansion": ""},
        segments={"smb": {"churn": "Write.", "contraction": ""}},
        tiers={"high": "", "mid": "Meet."},
    )

    assert message_of(playbook_parts(texts)).text.split("\n")[:4] == [
        "Playbook",
        "smb, churn: Write.",
        "any other, churn: Call.",
        "mid value tier: Meet.",
    ]


def test_a_segment_is_known_however_it_is_spelled() -> None:
    texts = Playbook(segments={"mid-market": {"churn": "Visit."}, "smb": {"churn": "Write."}})

    assert list(only_known(texts, ["Mid_Market", "enterprise"]).segments) == ["mid-market"]


def test_no_text_of_a_file_pings_anybody_or_formats_anything() -> None:
    hostile = Playbook(
        levers={"churn": HOSTILE_NAME}, segments={HOSTILE_NAME: {"churn": HOSTILE_NAME}}
    )

    message = message_of(playbook_parts(hostile, how_to_edit=how_to_edit(f"{HOSTILE_NAME}.toml")))

    assert find_errors(list(message.blocks)) == []
    assert "<!channel>" not in message.text

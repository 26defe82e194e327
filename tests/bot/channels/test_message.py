from bot.channels.message import deleted_message


def test_messages_that_slack_keeps_are_told_apart_from_those_that_are_gone() -> None:
    gone, kept = (deleted_message("C1", 3, refused=refused) for refused in (0, 2))

    assert gone.text == "Deleted 3 messages of mine in <#C1>; none is left."
    assert kept.text == (
        "Deleted 3 messages of mine in <#C1>. Slack does not let me delete 2 more: an administrator"
        " of the workspace can."
    )

"""Puts together what the buttons under an answer do."""

from collections.abc import Callable
from functools import partial

from slack_sdk import WebClient

from bot.answers.answer import Reply
from bot.answers.asking import Asking
from bot.answers.follow_up import follow_up
from bot.answers.share import Sharing
from bot.answers.wording.reply import reply_alt_text
from bot.message import Message
from bot.questions.buttons import BY_DIMENSION, IN_FULL, PREVIOUS_PERIOD, SHARE
from bot.slack.once import Once
from bot.slack.posts import Posts
from bot.slack.sent import Click
from bot.slack.uploads import Uploads
from storage.delivery.outbox import Picture


def answer_clicks(
    asking: Asking,
    draw: Callable[[Reply], Picture],
    client: WebClient,
    *,
    sleep: Callable[[float], None],
    main_dimension: str,
) -> dict[str, Callable[[Click], Message | None]]:
    """Return what the buttons under an answer do."""
    sharing = Sharing(
        ask=asking.ask_for_channel,
        draw=draw,
        gate=asking.gate,
        uploads=Uploads(client, sleep=sleep),
        posts=Posts(client, sleep=sleep, invitation=asking.gate.invitation),
        once=Once(),
        main_dimension=main_dimension,
    )
    another = partial(follow_up, ask=asking.ask_again, main_dimension=main_dimension)
    return {
        **dict.fromkeys((PREVIOUS_PERIOD, BY_DIMENSION, IN_FULL), another),
        SHARE: sharing.share,
    }


def draw_picture(reply: Reply) -> Picture:
    """Return the picture of a reply, and what it shows in words."""
    from bot.answers.picture import reply_png  # noqa: PLC0415 - matplotlib is slow to load

    return Picture(reply_png(reply), reply_alt_text(reply))

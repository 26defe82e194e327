"""Builds the answers feature: questions, the buttons under an answer, and answers ahead of time."""

from datetime import timedelta
from functools import partial

from bot.answers.answer import Reply
from bot.answers.command import answer_question
from bot.answers.follow_up import follow_up
from bot.answers.job import answer_ahead
from bot.answers.services import Services
from bot.answers.share import Sharing
from bot.answers.wording.reply import reply_alt_text
from bot.feature import QUESTION, Feature, Job
from bot.questions.buttons import BY_DIMENSION, IN_FULL, PREVIOUS_PERIOD, SHARE
from bot.slack.once import Once
from bot.slack.posts import Posts
from bot.slack.uploads import Uploads
from storage.delivery.outbox import Picture

AHEAD_EVERY = timedelta(minutes=1)


def feature(services: Services) -> Feature:
    """Serve questions, the buttons under an answer, and the job that answers usual ones ahead."""
    asking, client, sleep = services.asking, services.client, services.sleep
    main_dimension = services.settings.nrrbot_main_dimension
    sharing = Sharing(
        ask=asking.ask_for_channel,
        draw=services.in_turn(draw_picture),
        gate=asking.gate,
        uploads=Uploads(client, sleep=sleep),
        posts=Posts(client, sleep=sleep, invitation=asking.gate.invitation),
        once=Once(),
        main_dimension=main_dimension,
    )
    answer = partial(answer_question, ask=asking.ask, main_dimension=main_dimension)
    another = partial(follow_up, ask=asking.ask_again, main_dimension=main_dimension)
    # Outside the four turns: nobody waits for it, and it must not keep anybody waiting.
    ahead = partial(answer_ahead, services.answers.reply)
    return Feature(
        commands={QUESTION: answer},
        clicks={
            **dict.fromkeys((PREVIOUS_PERIOD, BY_DIMENSION, IN_FULL), another),
            SHARE: sharing.share,
        },
        jobs=(Job(name="ahead", every=AHEAD_EVERY, build=lambda: ahead, is_led=True),),
    )


def draw_picture(reply: Reply) -> Picture:
    """Draw the picture of a reply, and say what it shows in words."""
    from bot.answers.picture import reply_png  # noqa: PLC0415 - matplotlib is slow to load

    return Picture(reply_png(reply), reply_alt_text(reply))

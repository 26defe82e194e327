"""Builds the answers feature: questions, the buttons under an answer, and answers ahead of time."""

from datetime import timedelta
from functools import partial

from bot.answers.answer import Reply
from bot.answers.clicks import ShareButton
from bot.answers.job import answer_ahead
from bot.answers.posted_figures import remember_shared
from bot.answers.reply import reply_picture
from bot.answers.services import Services
from bot.clock import utc_now
from bot.feature import QUESTION, Feature, Job
from bot.message import Message
from bot.questions.buttons import QUESTIONS, SHARE
from bot.questions.question import canonical_text
from bot.slack.channel_posts import ChannelPosts
from bot.slack.sent import Click, Request
from bot.slack.threads import remember_asked, threads_of
from bot.slack.uploads import Uploads
from storage.conversations.questions import Thread

AHEAD_EVERY = timedelta(minutes=1)


def feature(services: Services) -> Feature:
    """Serve questions, the buttons under an answer, and the job that answers usual ones ahead."""
    asking, client, sleep = services.asking, services.client, services.sleep
    store = services.store
    main_dimension = services.settings.nrrbot_main_dimension

    def answer(request: Request) -> Message:
        return asking.ask(request.text, request.asker).message(main_dimension)

    def answer_next(click: Click) -> Message:
        personal, asker = asking.ask_again(click.value, click.asker), click.asker
        threads = threads_of(asker.channel_id, asker.thread_ts, asker.user_id)
        asked = canonical_text(personal.reply.question)
        remember_asked(store, threads, asked, seen_by=asker.user_id, now=utc_now())
        return personal.message(main_dimension)

    def remember(channel_id: str, reply: Reply, ts: str) -> None:
        remember_shared(store, channel_id, reply, now=utc_now())
        if ts:  # what is asked below goes on from it
            below, asked = (
                Thread(channel_id=channel_id, thread_ts=ts),
                canonical_text(reply.question),
            )
            remember_asked(store, (below,), asked, now=utc_now())

    share = ShareButton(
        asking=asking,
        draw=services.in_turn(reply_picture),
        uploads=Uploads(client, sleep=sleep),
        posts=ChannelPosts(client, sleep=sleep, invitation=asking.gate.invitation),
        main_dimension=main_dimension,
        remember=remember,
    )
    # Outside the four turns: nobody waits for it, and it must not keep anybody waiting.
    ahead = partial(answer_ahead, services.answers.reply)
    job = Job(name="ahead", every=AHEAD_EVERY, build=lambda: ahead, is_led=True)
    return Feature(
        commands={QUESTION: answer},
        clicks={
            **dict.fromkeys(QUESTIONS, answer_next),
            SHARE: share.share,
        },
        jobs=() if services.answers.warehouse is None else (job,),
    )

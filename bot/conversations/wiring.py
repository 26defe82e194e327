"""Builds the conversations feature: mentions, threads and direct conversations."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from bot.answers.answer import Reply
from bot.answers.posted_figures import remember_shared
from bot.answers.services import Services
from bot.clock import utc_now
from bot.conversations.following import Following
from bot.conversations.heard import MessageEvent
from bot.conversations.in_channel import ChannelAnswers
from bot.conversations.interrupted import Interrupted
from bot.conversations.memory import ThreadMemory
from bot.conversations.prompts import MessagesTabOpened, Prompts
from bot.conversations.talking import Talking
from bot.delivery.history import History
from bot.feature import Command, Feature, Job
from bot.slack.channel_posts import ChannelPosts
from bot.slack.event import handler
from bot.slack.prompts import suggest
from bot.slack.replies import Replies
from bot.slack.thread_notes import ThreadNotes

FORGET_EVERY = timedelta(hours=6)
TELL_EVERY = timedelta(minutes=1)


def feature(services: Services, commands: Callable[[], Mapping[str, Command]]) -> Feature:
    """Serve what people say to the bot, with the commands of all features."""
    client, sleep, asking = services.client, services.sleep, services.asking
    notes = ThreadNotes(client)
    memory = ThreadMemory(store=services.store, now=utc_now)

    def remember(channel_id: str, reply: Reply) -> None:
        remember_shared(services.store, channel_id, reply, now=utc_now())

    prompts = Prompts(
        gate=asking.gate,
        answers=services.answers,
        main_dimension=services.settings.nrrbot_main_dimension,
        show=partial(suggest, client),
    )
    talking = Talking(
        in_channel=ChannelAnswers(
            asking=asking,
            posts=ChannelPosts(client, sleep=sleep, invitation=asking.gate.invitation),
            main_dimension=services.settings.nrrbot_main_dimension,
            remember=remember,
        ),
        following=Following(answers=services.answers),
        memory=memory,
        replies=Replies(client, sleep=sleep),
        notes=notes,
        suggested=prompts.questions,
        commands=commands,
    )
    return Feature(
        events={
            "app_home_opened": handler(MessagesTabOpened, prompts.opened),
            "app_mention": handler(MessageEvent, talking.mentioned),
            "message": handler(MessageEvent, talking.told),
        },
        jobs=_jobs(services, notes, memory),
    )


def _jobs(services: Services, notes: ThreadNotes, memory: ThreadMemory) -> tuple[Job, ...]:
    workspace = services.asking.gate.workspace
    interrupted = Interrupted(
        store=services.store,
        notes=notes,
        history=History(services.client, bot_id=workspace.bot_id),
        team_id=workspace.team_id,
        now=utc_now,
    )
    return (
        Job(name="forget", every=FORGET_EVERY, build=lambda: memory.forget, is_led=True),
        Job(
            name="unanswered",
            every=TELL_EVERY,
            build=lambda: interrupted.tell,
            is_led=True,
            is_repeated=True,
        ),
    )

"""Builds the channels feature: Slack's events, the hourly sweep, and the posts taken back."""

from datetime import timedelta

from bot.answers.services import Services
from bot.channels.access_review import AccessReview
from bot.channels.alarms import ChannelAlarms
from bot.channels.clicks import DeletePosts
from bot.channels.deletions import Deletions
from bot.channels.events import Events
from bot.channels.job import HourlySweep
from bot.channels.message import DELETE_POSTS
from bot.clock import utc_now
from bot.delivery.breaker import Breaker
from bot.delivery.failure_notices import failure_notices_of
from bot.delivery.store_clock import store_clock
from bot.delivery.suspending import Suspending
from bot.feature import Feature, Job
from bot.slack.client import reveal

SWEEP_EVERY = timedelta(hours=1)


def feature(services: Services) -> Feature:
    """Serve Slack's events, the button under the alarm that follows from some, and ``sweep``."""
    store, gate, client = services.store, services.gate, services.client
    now = store_clock(store, utc_now)
    workspace, notices = gate.workspace, failure_notices_of(services.settings)
    review = AccessReview(
        store=store,
        gate=gate,
        suspending=Suspending(store=store, gate=gate, notices=notices, now=now),
        alarms=ChannelAlarms(
            store=store,
            records=gate.records,
            team_id=workspace.team_id,
            admin_channel=notices.admin_channel,
            now=utc_now,
        ),
        now=utc_now,
    )
    sweep = HourlySweep(
        store=store,
        team_id=workspace.team_id,
        review=review,
        notices=notices,
        now=now,
        ping_url=reveal(services.settings.nrrbot_alive_url),
    )
    deletions = Deletions(client, bot_id=workspace.bot_id, sleep=services.sleep)
    delete_posts = DeletePosts(store=store, gate=gate, deletions=deletions, now=utc_now)
    breaker = Breaker(store, client, now=now)
    return Feature(
        clicks={DELETE_POSTS: delete_posts.delete},
        events=Events(gate=gate, review=review, breaker=breaker).handlers(),
        jobs=(Job(name="sweep", every=SWEEP_EVERY, build=lambda: sweep.run, is_led=True),),
    )

"""The page docs/messages.md: every message of the bot, as the demo company makes it say them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.access.visibility import EVERYTHING
from bot.answers.answers import Answers
from bot.answers.examples import examples_of
from bot.answers.posted_figures import Restated, figures_of
from bot.answers.reply import private_reply
from bot.answers.services import Services
from bot.answers.terminal import print_reply
from bot.app.handlers import Handlers
from bot.board.measuring import build_pack
from bot.board.message import FILES, pack_parts
from bot.config import Settings
from bot.data_quality.message import Readers, review_parts
from bot.data_quality.reading import ReviewReader
from bot.demo.uses import QUESTION, main_digest
from bot.digests.building import build_digest
from bot.digests.digest import Digest, DigestRequest, SinceLastDigest
from bot.digests.message import (
    digest_message,
    digest_parts,
    restatement_message,
    thread_message,
    thread_parts,
)
from bot.digests.wiring import feature as digest_feature
from bot.home.greeting import greeting
from bot.questions.buttons import SHARE
from bot.style.blocks import MORE
from bot.style.rendering import message_of
from storage.channels.posted_figures import ShownFigure
from storage.quality.feeds import Feed
from storage.store.engine import Store
from tests.bot.demo_company import NOW, demo_answers
from tests.bot.edge import Scene, let, running_bot
from tests.gallery.alerts import alerts
from tests.gallery.shown import (
    Shown,
    buttons,
    console,
    in_terminal,
    lines_of,
    lines_of_form,
    lines_of_page,
    of_message,
)
from tests.slack.messages import Message, View
from tests.slack.people import ChannelKind, User
from tests.slack.server import FakeSlack
from tests.slack.talking import mention, say
from tests.slack.waiting import wait_for

UTC = ZoneInfo("UTC")
PAGE = Path(__file__).parents[2] / "docs" / "messages.md"

_INTRODUCTION = """\
# Every message

What people read, made from the demo company by `make pictures`: the text as the terminal or Slack
shows it, and in brackets the buttons under it in Slack. Pictures are left out.
"""


def page(store: Store, early: Shown) -> str:
    """Write the page, with the ``early`` message of an alert before a close.

    The store is left with what the messages set up.
    """
    answers = demo_answers(store)
    shown = (
        *_replies(answers),
        *_digests(answers),
        early,
        *alerts(answers),
        _pack(answers),
        _review(answers),
        *_in_slack(store, answers),
    )
    return "\n".join((_INTRODUCTION, *(one.markdown() for one in shown)))


QUESTIONS = {
    "An answer": "smb last-quarter",
    "The whole company": "last-month",
    "A split": "by channel ttm",
    "One account": "enterprise last-quarter",
    "Customers who come back": "mid-market last-quarter",
    "The full answer": "full smb last-quarter",
    "A trend": "trend by segment 24m",
    "A trend beside its peers and its goal": "trend enterprise 24m",
    "Why": "why smb last-quarter",
    "Two side by side": "enterprise vs smb",
    "The accounts behind it": "accounts smb churned last-quarter",
    "Accounts at risk": "at risk smb",
    "Cohorts": "cohorts smb",
    "Plans": "plans last-quarter",
    "Renewals": "renewals 90d",
    "The outlook": "outlook 90d",
}


def _replies(answers: Answers) -> Iterator[Shown]:
    for heading, question in QUESTIONS.items():
        reply = answers.reply(question)
        terminal = console()
        print_reply(reply, terminal)
        below = private_reply(reply, can_share=True, main_dimension=answers.main_dimension)
        text = "\n".join((*lines_of(terminal), *buttons(below.blocks)))
        yield Shown(heading, f"`/nrr {question}`", text)


def _digests(answers: Answers) -> Iterator[Shown]:
    digest = main_digest(answers)
    yield Shown(
        "The weekly digest",
        "Every Monday, in its channel",
        in_terminal(digest_parts(digest), digest_message(digest)),
    )
    thread = thread_message(digest)
    assert thread is not None
    yield Shown(
        "In its thread", "Right below the digest", in_terminal(thread_parts(digest), thread)
    )
    monthly = build_digest(answers, _of_month(digest))
    yield Shown(
        "The monthly digest",
        "On the Monday after October has closed, in its channel",
        in_terminal(digest_parts(monthly), digest_message(monthly)),
    )
    yield Shown(
        "Figures that were restated",
        "In a channel that was shown others, once an import has changed them by half a point",
        of_message(restatement_message(_restated(answers)), {}),
    )
    since = SinceLastDigest(posted=digest.fingerprint)
    unchanged = build_digest(answers, replace(digest.request, since=since))
    yield Shown(
        "A digest without news",
        "No month was closed since the last one",
        in_terminal(digest_parts(unchanged), digest_message(unchanged)),
    )


def _of_month(digest: Digest) -> DigestRequest:
    request, month = digest.request, digest.closed_month
    content = replace(request.content, is_monthly=True)
    return replace(request, content=content, month=month)


def _pack(answers: Answers) -> Shown:
    parts = pack_parts(build_pack(answers, "Q3 2026", visibility=EVERYTHING), FILES)
    text = in_terminal(parts, message_of(parts))
    return Shown("The board pack", "`/nrr board Q3 2026`, in a direct message with its files", text)


def _review(answers: Answers) -> Shown:
    today = answers.today()
    reader = ReviewReader(store=answers.store, settings=Settings(), now=lambda: NOW)
    feeds = (Feed(name="movements", at=NOW, covered_through=None),)  # the demo is made just now
    found, readers = replace(reader.read(today), feeds=feeds), Readers(names=True, zone=UTC)
    parts = review_parts(found, readers, today=today)
    text = in_terminal(parts, message_of(parts))
    return Shown("How good the data is", "`/nrr data`, for administrators", text)


def _restated(answers: Answers) -> list[Restated]:
    """Take the quarter of smb for one that was shown a point higher."""
    [figure, *_] = figures_of(answers.reply(QUESTION))
    assert figure.nrr is not None
    before = replace(figure, nrr=figure.nrr + Fraction(1, 100))
    shown = ShownFigure(number=1, channel_id="C0REVOPS", figure=before)
    return [Restated(shown=shown, now=figure, cause="late churn")]


FORMS = {
    "The form of a digest": "digest here",
    "The form of an alert": "alert",
}
COMMANDS = {
    "What can be asked": "help",
    "A worked example": "help example",
    "A monthly rate over a year": "annualise 98%",
    "Digests of a channel": "digest list",
    "Setting up an alert": "alert enterprise below 105%",
    "One that would fire at once": "alert smb below 105%",
    "The alerts there are": "alerts",
    "What is not there": "acme 2026-Q3",
    "A word that is almost one": "entreprise last-quarter",
    "A word that leads elsewhere": "forecast",
    "A month that is not in": "2026-11",
    "What is known of the company": "profile",
    "Goals": "goal",
    "Who may see what": "access list",
}


def _in_slack(store: Store, answers: Answers) -> Iterator[Shown]:
    with _scene(store, answers) as scene:
        users = scene.slack.workspace.users()
        names = {person.id: f"@{person.name}" for person in users}
        for heading, typed in FORMS.items():
            yield _opened(scene, heading, typed)
        yield _snoozing(scene)
        told = _set_up_digest(scene)
        yield Shown("Setting up a digest", "`/nrr digest here`", of_message(told, names))
        for heading, typed in COMMANDS.items():
            answer = scene.ask(typed).wait_for_answer()
            yield Shown(heading, f"`/nrr {typed}`", of_message(answer, names))
        [maya] = (person for person in users if person.name == "maya")
        refused = scene.ask(QUESTION, by=maya).wait_for_answer()
        occasion = f"`/nrr {QUESTION}`, typed by somebody who may see enterprise alone"
        yield Shown("What somebody may not see", occasion, of_message(refused, names))
        page = "\n".join(lines_of_page(_home(scene, maya), names))
        yield Shown("The Home tab", "Opened by somebody who may see enterprise alone", page)
        yield Shown("A shared answer", "*Share to channel*", of_message(_shared(scene), names))
        yield from _talked(scene, names)
        first = greeting(examples_of(answers), (), None)
        occasion = "Once, when somebody has invited it; whoever claims it reads nearly the same"
        yield Shown("The first message in a channel", occasion, of_message(first, names))


def _snoozing(scene: Scene) -> Shown:
    listed = scene.ask("alerts").wait_for_answer()
    menu = next(
        element
        for block in listed.blocks
        for element in block.get("elements", ())
        if element["type"] == "static_select"
    )
    another_day = menu["options"][-1]["value"]
    scene.slack.click(scene.ana, listed, menu["action_id"], choice=another_day)
    form = scene.slack.wait_for_modal(scene.ana)
    text = "\n".join(lines_of_form(form.view))
    scene.slack.workspace.modals.close(form)
    return Shown("The form that snoozes an alert", "*until a day ...* in the menu *Snooze*", text)


THREAD = ("how is smb doing?", "and enterprise?", "why?")


def _talked(scene: Scene, names: Mapping[str, str]) -> Iterator[Shown]:
    """Yield what the bot says in a thread of its channel."""
    first, said = None, list[str]()
    bot = scene.slack.workspace.bot.id
    for typed in THREAD:
        asked = say(scene.slack, scene.ana, scene.revops, mention(scene.slack, typed), below=first)
        first = first or asked
        answer = of_message(asked.wait_for_answer(), {**names, bot: "@nrr"})
        said.append(f"@ana: @nrr {typed}\n\n{answer}")
    occasion = "A mention, and two more below it that go on from the last question"
    yield Shown("In a thread", occasion, "\n\n".join(said))


def _opened(scene: Scene, heading: str, typed: str) -> Shown:
    scene.ask(typed)
    form = scene.slack.wait_for_modal(scene.ana)
    text = "\n".join(lines_of_form(form.view))
    scene.slack.workspace.modals.close(form)
    return Shown(heading, f"`/nrr {typed}`", text)


def _home(scene: Scene, person: User) -> View:
    scene.slack.open_home(person)
    return wait_for(
        lambda: [one for one in [scene.slack.workspace.home(person.id)] if one is not None],
        what="the Home tab",
    )[0]


def _set_up_digest(scene: Scene) -> Message:
    before = len(scene.slack.workspace.ephemerals(scene.ana.id))
    scene.ask("digest here")
    scene.slack.submit(scene.ana, scene.slack.wait_for_modal(scene.ana))
    return scene.slack.wait_for_ephemerals(scene.ana, before + 1)[-1]


@contextmanager
def _scene(store: Store, answers: Answers) -> Iterator[Scene]:
    with FakeSlack() as slack:
        ana = slack.workspace.add_user("ana")
        revops = slack.workspace.add_channel("revops", kind=ChannelKind.PRIVATE)
        maya = slack.workspace.add_user("maya")
        let(store, maya.id, ("segment", "enterprise"))
        slack.clock.freeze()  # a busy machine must not be too slow for a form
        with running_bot(
            slack, asking=answers, store=store, change=_at_a_set_time, nrrbot_admin=ana.id
        ):
            yield Scene(slack=slack, ana=ana, revops=revops)


def _shared(scene: Scene) -> Message:
    answer = scene.ask(QUESTION).wait_for_answer()
    [choice] = [
        option["value"]
        for block in answer.blocks
        for element in block.get("elements", ())
        for option in element.get("options", ())
        if option["value"].startswith(SHARE)
    ]
    scene.slack.click(scene.ana, answer, MORE, choice=choice).wait_for_answer()
    [shared] = scene.shared()
    return shared


def _at_a_set_time(handlers: Handlers, services: Services) -> Handlers:
    every, digests = handlers.feature, digest_feature(services, now=lambda: NOW)
    return replace(
        handlers,
        feature=replace(
            every,
            commands={**every.commands, **digests.commands},
            forms={**every.forms, **digests.forms},
        ),
    )

"""Opens packs, Home, monthly digests, data and threads for a viewer without account detail."""

from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from bot.access.decisions import Action, Person, Principal
from bot.access.gate import Gate
from bot.access.visibility import EVERYTHING, Visibility, visibility_of
from bot.answers.account_files import account_file
from bot.answers.answer import Reply
from bot.answers.answers import Answers
from bot.board.cells import Cell, Form
from bot.board.measuring import build_pack
from bot.board.message import FILES, pack_parts
from bot.board.pages import pages_of
from bot.board.sheets import sheets_of
from bot.conversations.following import Following
from bot.data_quality.message import Readers, review_parts
from bot.digests.building import build_digest
from bot.digests.digest import DigestRequest
from bot.digests.message import digest_message, thread_message
from bot.errors import AccessDeniedError, UsageError
from bot.home.page import HomePages
from bot.message import Message
from bot.questions.parsing import Question
from bot.questions.words import HUMAN_LENGTH
from bot.slack.sent import Asker
from bot.style.rendering import message_of
from metrics.rollup import Scope
from metrics.segments import Tiers
from metrics.small_groups import is_few
from storage.access.grants import Grant, Role
from storage.digests.subscriptions import DigestContent
from storage.quality.review import read_review
from tests.bot.small_company import NOW, TODAY
from tests.bot.small_prober import Prober

ASKER = Asker(user_id="U1", team_id="T1", request_id="t")
FOLLOWING = ("by region", 'and industry:"x"?', "why?", "vs 2026-09", "trend", 'segment:"b"')
"""Words that go on from a question in a thread."""
PACKS = ("Q3 2026", "October 2026")
MONTHS = (date(2026, 9, 1), date(2026, 10, 1))


@dataclass(frozen=True, kw_only=True)
class Overheard(Answers):
    """Answers that note each reply that they give."""

    hear: Callable[[Reply], None]

    def reply(
        self,
        asked: str | Question,
        *,
        today: date | None = None,
        as_of: datetime | None = None,
        max_length: int = HUMAN_LENGTH,
        visibility: Visibility = EVERYTHING,
    ) -> Reply:
        found = super().reply(
            asked, today=today, as_of=as_of, max_length=max_length, visibility=visibility
        )
        self.hear(found)
        return found


@dataclass(frozen=True)
class Doorkeeper:
    """A gate that knows one person, who was granted some scopes and no account."""

    scopes: Collection[Scope]

    def principal(self, asker: Asker) -> Principal:
        person = Person(
            user_id=asker.user_id,
            team_id=asker.team_id,
            enterprise_id=None,
            barred=None,
            is_stranger=False,
        )
        grants = (
            Grant(grantee_id=asker.user_id, role=Role.VIEWER, scope=one) for one in self.scopes
        )
        return Principal(person=person, is_ours=True, grants=tuple(grants))

    def visibility(self, asker: Asker, action: Action) -> Visibility:
        return visibility_of(self.principal(asker), action)


@dataclass
class ElsewhereProber:
    """Gets what a prober's viewer may have beside answers, lists and messages of alerts."""

    prober: Prober

    @property
    def answers(self) -> Answers:
        store = self.prober.store
        known = self.prober.answers
        return Overheard(
            store=store,
            tiers=known.tiers,
            main_dimension=known.main_dimension,
            fiscal_start=known.fiscal_start,
            today=known.today,
            hear=self.prober.shown.see,
        )

    def look(self) -> None:
        self.open_home()
        self.read_packs()
        self.read_months()
        self.read_data()
        self.talk()

    def open_home(self) -> None:
        gate = cast("Gate", Doorkeeper(self.prober.shown.granted))
        page = HomePages(answers=self.answers, gate=gate, sections={}).compose(ASKER)
        self._count("home", page.message)

    def read_packs(self) -> None:
        if not self.prober.sees_company:
            return  # a pack is of the whole company
        for asked in PACKS:
            with suppress(AccessDeniedError, UsageError):
                pack = build_pack(self.answers, asked, visibility=self.prober.visibility)
                assert pack.closings is None  # a past moment takes account detail
                self._count("pack", message_of(pack_parts(pack, FILES)))
                rows = [row for sheet in sheets_of(pack) for row in sheet.rows]
                self.prober.read_texts(*(str(one.value) for row in rows for one in row if one))
                assert not [row for row in rows if any(map(is_few, _first_counts(row)))]
                for page in pages_of(pack):
                    table = page.table.rows if page.table else ()
                    self.prober.read_texts(page.title, *page.lines, repr(table))

    def read_months(self) -> None:
        if not self.prober.sees_company:
            return  # a channel's readers are bound by what may be seen of the company
        for month in MONTHS:
            request = DigestRequest(
                content=DigestContent(dimension="region", is_monthly=True),
                week="2026-W47",
                today=TODAY,
                names_shown=False,
                small_shown=False,
                month=month,
            )
            with suppress(AccessDeniedError, UsageError):
                digest = build_digest(self.answers, request)
                thread = thread_message(digest)
                self._count("month", digest_message(digest), *([thread] if thread else []))

    def read_data(self) -> None:
        if not self.prober.sees_company:
            return  # it is for administrators of the whole company
        with self.prober.store.read() as session:
            review = read_review(session, tiers=Tiers(), dimension="segment", today=TODAY, now=NOW)
        parts = review_parts(review, Readers(names=False, zone=ZoneInfo("UTC")), today=TODAY)
        message = message_of(parts)
        self.prober.shown.counts["data"] += 1
        assert "of MRR" not in message.text + repr(message.blocks)

    def talk(self) -> None:
        """Go on from questions in a thread; ask for each list as a file."""
        answers, visibility = self.answers, self.prober.visibility
        following = Following(answers=answers)
        for scope in self.prober.scopes:
            before = " ".join(f'{name}:"{value}"' for name, value in scope)
            for text in FOLLOWING:
                asked = following.completed(text, f"{before} 2026-10".strip(), visibility)
                if asked is None:
                    continue
                with suppress(AccessDeniedError, UsageError):
                    answers.reply(asked, visibility=visibility)
                    self.prober.shown.counts["thread"] += 1
            with suppress(AccessDeniedError, UsageError):
                account_file(answers, answers.reply(f"at risk {before}", visibility=visibility))
                raise AssertionError("a list of accounts is given as a file")

    def _count(self, name: str, *messages: Message) -> None:
        self.prober.shown.counts[name] += 1
        for message in messages:
            self.prober.read_texts(message.text, repr(message.blocks))


def _first_counts(row: tuple[Cell | None, ...]) -> list[int]:
    """List the accounts that a row opens with: how many of them stayed is among what is shown."""
    counts = [one.value for one in row if one is not None and one.form is Form.COUNT]
    return [one for one in counts[:1] if isinstance(one, int)]

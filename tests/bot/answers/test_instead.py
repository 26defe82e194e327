"""A refusal for want of account detail ends in a question that its reader is answered."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.access.visibility import Visibility
from bot.answers.answers import Answers
from bot.answers.instead import instead_of
from bot.answers.small_cohorts import DetailNeededError
from metrics.rollup import Scope
from storage.store.engine import Store
from tests.bot.answers.test_small_groups import FINDING
from tests.bot.small_company import answers_from, small_company

SMB: Scope = (("segment", "smb"),)
OF_SMB, OF_ALL = Visibility(frozenset({SMB})), Visibility(frozenset({()}))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("instead") / "of"
    opened = small_company(folder, FINDING)
    yield opened
    opened.engine.dispose()


def instead(answers: Answers, text: str, visibility: Visibility) -> str:
    with pytest.raises(DetailNeededError) as refused:
        answers.reply(text, visibility=visibility)
    return instead_of(
        refused.value, lambda other: answers.reply(other, visibility=visibility, max_length=2_000)
    )


@pytest.mark.parametrize(
    ("text", "visibility", "tried"),
    [
        ("accounts smb last-quarter", OF_SMB, "why segment:smb 2026-Q3"),
        ("accounts", OF_ALL, "why 2026-10"),
        ("smb last-30-days", OF_ALL, "segment:smb last-month"),
        # Of retail in smb there are two accounts.
        ("smb retail last-quarter", OF_ALL, "segment:smb 2026-Q3"),
        ("why smb retail Q3", OF_SMB, "why segment:smb 2026-Q3"),
        ("account acme", OF_SMB, "why segment:smb 2026-10"),
        ("account acme", OF_ALL, "why 2026-10"),
    ],
)
def test_what_is_left_without_account_detail_is_tried(
    store: Store, text: str, visibility: Visibility, tried: str
) -> None:
    assert instead(answers_from(store), text, visibility) == tried

import time

import pytest

from bot.slack.typed import typed_text


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("*smb* _last_ quarter", "smb last quarter"),
        ("```smb by plan```", "smb by plan"),
        ("*_~`smb`~_*", "smb"),
        ("&gt; smb\n\u2022 last-quarter", "smb last-quarter"),
        ("mid_market vs _x_ 2*3*4", "mid_market vs x 2*3*4"),
        ("segment:\"*gold*\" '_a_'", "segment:\"*gold*\" '_a_'"),
        ("account <http://acme.io|acme.io> R&amp;D", "account acme.io R&D"),
        ("grant <@U1|ana> <!subteam^S1|@revops>", "grant <@U1|ana> <!subteam^S1|@revops>"),
        ("* smb *", "* smb *"),
        ("", ""),
    ],
)
def test_marks_of_a_text_are_not_read_and_what_they_mark_is(sent: str, typed: str) -> None:
    assert typed_text(sent) == typed


@pytest.mark.parametrize("sent", ["*a " * 13_000, "*" * 40_000, "*_" * 20_000, "<http://" * 5_000])
def test_a_text_of_marks_alone_takes_no_time(sent: str) -> None:
    began = time.process_time()

    typed_text(sent)

    assert time.process_time() - began < 2

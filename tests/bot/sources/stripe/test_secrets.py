"""The key to Stripe is in nothing that nrrbot says or keeps, whatever goes wrong."""

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.__main__ import run
from bot.sources.stripe.api import StripeApi
from tests.bot.command_line import new_store
from tests.slack.faults import Fault
from tests.stripe.http_server import ANY, rate_limited, server_error
from tests.stripe.keys import READ
from tests.stripe.scenarios.reading import stock
from tests.stripe.server import FakeStripe

KEY = "rk_test_51canaryOfNobody" + "QzVj"
SHOWN = ("canary", "QzVj", "rk_test")
"""The key, and what Stripe's own messages leave of it."""
SYNC = ["sync", "stripe", "--once", "--today", "2026-02-01"]


@pytest.fixture
def stripe(home: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStripe]:
    """A stand-in that the settings name, with one customer; nobody waits between two tries."""
    del home
    new_store()
    with FakeStripe() as running:
        stock(running.account)
        running.add_key(KEY)
        running.story.tell("2026-01-10 subscribe acme basic coupon=launch")
        monkeypatch.setenv("STRIPE_API_KEY", KEY)
        monkeypatch.setenv("STRIPE_API_URL", running.url)
        patient = partial(StripeApi, sleep=lambda _: None)
        monkeypatch.setattr("bot.sources.stripe.source.StripeApi", patient)
        yield running


def go_wrong(stripe: FakeStripe, wrong: str) -> None:
    match wrong:
        case "unknown key":
            del stripe.keys[KEY]
        case "expired key":
            stripe.add_key(KEY, is_expired=True)
        case "missing permission":
            stripe.add_key(KEY, permissions=READ - {"event"})
        case "no connection":
            stripe.go_down()
        case _:
            faults = {
                "too many requests": rate_limited(retry_after="1"),
                "errors of Stripe": server_error(),
                "no JSON": Fault.garbage(f"<html>{KEY}</html>"),
                "a connection that ends": Fault.reset_before_accept(),
            }
            stripe.faults.always(ANY, faults[wrong])


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ("unknown key", "does not take the key"),
        ("expired key", "does not take the key"),
        ("missing permission", "Events"),
        ("no connection", "could not be reached"),
        ("too many requests", "too many requests"),
        ("errors of Stripe", "problem of its own"),
        ("no JSON", "Stripe"),
        ("a connection that ends", "could not be reached"),
    ],
)
def test_a_failure_says_what_to_do_and_not_the_key(
    *,
    stripe: FakeStripe,
    log: io.StringIO,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    wrong: str,
    word: str,
) -> None:
    go_wrong(stripe, wrong)

    assert run(SYNC) == 1
    failure = capsys.readouterr()
    assert run([*SYNC, "--json"]) == 1
    run(["doctor"])
    said = capsys.readouterr()

    *waiting, failed = failure.err.strip().splitlines()
    assert word in failed
    assert waiting in ([], ["No answer yet: trying again for about two minutes."])
    everything = [failure.out, failure.err, said.out, said.err, log.getvalue(), kept_in(tmp_path)]
    assert [one for one in SHOWN if any(one in text for text in everything)] == []


def test_nor_does_a_success(
    stripe: FakeStripe, log: io.StringIO, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*SYNC, "--json"]) == 0
    run(["doctor"])

    said = capsys.readouterr()
    everything = [said.out, said.err, log.getvalue(), kept_in(tmp_path)]
    assert "cus_acme" in kept_in(tmp_path)
    assert [one for one in SHOWN if any(one in text for text in everything)] == []
    assert stripe.requests


def kept_in(folder: Path) -> str:
    """Return all that stands in the files of a folder: the store, and whatever is left there."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return "".join(path.read_bytes().decode("latin-1") for path in found)

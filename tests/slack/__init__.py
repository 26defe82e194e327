"""A strict Slack on one local port, for tests of the whole bot without any mock of slack-sdk.

Start one, and point the bot at it (``SLACK_API_URL`` is ``slack.api_url``)::

    from tests.slack.server import FakeSlack

    with FakeSlack() as slack:  # or the pytest fixture of tests/slack/conftest.py
        slack.api_url, slack.bot_token, slack.app_token, slack.signing_secret

**Who and where** (`tests.slack.people`, `tests.slack.workspace`)::

    ana = slack.workspace.add_user("ana")  # UserKind.GUEST, DEACTIVATED, EXTERNAL, STRANGER, ...
    revops = slack.workspace.add_channel("revops")  # kind=, members=, bot_is_member=,
    dm = slack.workspace.open_dm(ana.id)  # is_ext_shared=, is_archived=
    slack.workspace.put_channel(replace(revops, is_archived=True))  # values are frozen
    slack.workspace.break_token(slack.bot_token, "token_revoked")  # and mend_token,
    slack.workspace.drop_scope(slack.bot_token, "files:write")  # add_scope
    slack.workspace.file_processing = FileProcessing(looks=2, seconds=0.5)
    slack.workspace.history_lag_seconds = 5.0
    slack.clock.advance(31 * 60)

**Socket Mode** (the default)::

    SocketModeHandler(app, slack.app_token).connect()
    slack.wait_for_connections(1)
    asked = slack.slash(ana, revops, "/nrr", "enterprise last-quarter")
    assert not asked.wait_for_ack().is_late
    answer = asked.wait_for_answer()  # a Message: text, blocks, is_ephemeral, ...
    shared = slack.click(ana, answer, "share_to_channel")
    [message] = slack.wait_for_messages(revops)
    slack.open_home(ana)  # then slack.workspace.home(ana.id) and slack.click_home(ana, "more")

**Modals**: a ``trigger_id`` opens one within ``slack.workspace.modals.trigger_seconds``, once::

    slack.slash(ana, revops, "/nrr", "digest here")
    modal = slack.wait_for_modal(ana)  # a Modal: view, blocks, inputs by block_id
    sent = slack.submit(ana, modal, {"hour": "9", "parts": ["bridge"], "scope": None})
    sent.wait_for_field_errors()  # {"zone": "..."} after response_action "errors", or
    sent.wait_for_ack()  # then slack.workspace.modals.of(ana.id) is None: closed

A required field left empty, an option that is not there, or a text that is too long raises
`ImpossibleActionError`: Slack's client would not let a person send that.

``slack.say_disconnect("refresh_requested")`` (or ``"warning"``), ``drop_connections()``,
``end_connections()``, ``freeze_connections()``, ``refuse_links()``, ``help_closing(handler.close)``
(slack-sdk takes 3 s to close by itself); ``wait_for_connections(n)``, ``connections``,
``deliveries`` and ``violations`` tell what happened.

**Signed HTTP**::

    slack.request_url = f"http://127.0.0.1:{port}/slack/events"
    asked = slack.slash(ana, revops, "/nrr", "help")
    assert asked.wait_for_ack().status == 200
    slack.sign(b"command=%2Fnrr", timestamp="abc")  # body and headers, to post by hand

**An interaction** (from ``slash``, ``click``, ``submit`` or ``send_event``) has ``wait_for_ack()``,
``wait_for_answer(n)``, ``wait_for_failure()``, ``ack``, ``failure`` (``operation_timeout``,
``dispatch_failed``), ``answers``, ``refusals``, ``field_errors``, ``payload`` and
``response_url.uses`` (each use with ``body``, ``status``, ``reply``, ``message``). A person who
could not do it in Slack raises `ImpossibleActionError`; ``slash(..., even_if_impossible=True)``
tests the bot's own defences.

**What the bot did**: ``slack.calls``, ``slack.calls_to("chat.postMessage")`` (each with
``arguments``, ``accepted``, ``response``, ``at``, ``token``, ``fault``),
``slack.workspace.messages(channel.id)``, ``.ephemerals(user.id)``, ``.files()``,
``slack.wait_for_messages(channel, count)``, ``slack.wait_for_ephemerals(user, count)``, and
`tests.slack.waiting.wait_for` for anything else.

**Faults** (`tests.slack.faults`), once per call in order, or ``always`` until ``clear()``::

    slack.faults.next("chat.postMessage", Fault.reset_after_accept(), Fault.rate_limited("30"))
    slack.faults.next(RESPONSE_URL, Fault.server_error(500))  # and UPLOAD
    slack.go_down(); slack.come_back()

``Fault.`` ``rate_limited(retry_after)``, ``server_error(status, accepted=)``,
``reset_before_accept()``, ``reset_after_accept()``, ``hang(seconds, accepted=)``,
``slow(seconds)``, ``accept_late(seconds)``, ``garbage(body, accepted=)``,
``error(code, accepted=)``.

**Block Kit alone**: ``tests.slack.block_kit.find_errors(blocks)`` is ``[]``, or says what is wrong
and where (``pointer``, ``message``); ``find_modal_errors(view)`` says the same of a modal.

**Stricter than Slack**: blocks without top-level ``text`` are refused (``no_text``), as are unknown
arguments and keys, attachments, channel names in place of ids, the bot's private files in ephemeral
messages and answers, and a modal's inputs without ids of their own. A refused request to a response
URL counts as one of the five.
The token has the manifest's scopes only (`BOT_SCOPES`): no ``im:read``, no ``chat:write.public``.
"""

import sys

# jsonschema would build the grammars of all addresses, which takes seconds; no schema here has one.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

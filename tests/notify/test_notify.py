"""Real sends through the child process to loopback receivers: what the service says, and what we
make of it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest

from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.model.alert import SendResult, Verdict
from goldmine_ingest.notify import Notifier, sending_child
from goldmine_ingest.notify.answers import Answer, judge
from goldmine_ingest.notify.child import deliver, serve
from goldmine_ingest.notify.protocol import SEND
from goldmine_ingest.render.message import Rendered
from goldmine_ingest.render.rendering import render
from goldmine_ingest.render.targets import kind_of
from goldmine_ingest.runtime.child_process import ChildProcess
from tests.alert_cases import LINK, listing, match
from tests.rig.fault_table import fault
from tests.rig.receiver import MailSink, Receiver
from tests.rig.services import Services
from tests.rig.waiting import wait_for

CANARY = "s3cretCanaryT0ken"
HOSTILE = "*b* [x](http://evil) <b> @everyone <!channel> <@U1>"


@pytest.fixture(scope="module")
def notifier() -> Iterator[Notifier]:
    """One child for the whole module, as one serves a whole cycle."""
    with Notifier() as one:
        yield one


def message(url: str, title: str = "Reconcile the books") -> Rendered:
    return render(match(listing(title=title)), kind_of(url))


def mail_url(sink: MailSink) -> str:
    return f"mailto://127.0.0.1:{sink.port}?from=me@example.com&to=you@example.com&mode=insecure"


def send(notifier: Notifier, url: str, **options: timedelta) -> SendResult:
    return notifier.send("phone", url, message(url), **options)


@pytest.mark.parametrize(
    ("step", "verdict", "status"),
    [
        ("200", Verdict.SENT, 200),
        ("204", Verdict.SENT, 204),
        ("500", Verdict.SERVICE, 500),
        ("503", Verdict.SERVICE, 503),
        ("400", Verdict.MESSAGE, 400),
        ("413", Verdict.MESSAGE, 413),
        ("401", Verdict.RECIPIENT, 401),
        ("403", Verdict.RECIPIENT, 403),
        ("404", Verdict.RECIPIENT, 404),
        ("410", Verdict.RECIPIENT, 410),
    ],
)
def test_a1_a8_what_a_status_means(
    notifier: Notifier, step: str, verdict: Verdict, status: int
) -> None:
    """Passing, refused and down are told apart; one request each."""
    with Receiver([step]) as sink:
        result = send(notifier, sink.url())
    assert (result.verdict, result.http_status) == (verdict, status)
    assert len(sink.arrived) == 1


@pytest.mark.parametrize(
    ("step", "verdict", "pause"),
    [
        ("429:120", Verdict.RATE, 120.0),
        ("429", Verdict.RATE, 60.0),
        ("429:soon", Verdict.RATE, 60.0),
        ("503:30", Verdict.SERVICE, 30.0),
    ],
)
def test_a2_rate_limits_are_heard(
    notifier: Notifier, step: str, verdict: Verdict, pause: float
) -> None:
    """Retry-After, or a minute where the service gives none that can be read."""
    with Receiver([step]) as sink:
        result = send(notifier, sink.url())
    assert (result.verdict, result.retry_after) == (verdict, pause)


def test_an_answer_of_nested_rubbish_is_an_answer(notifier: Notifier) -> None:
    """It must not end the child, whose send would then be uncertain for ever."""
    with Receiver(["503=" + "[" * 4000]) as sink:
        result = send(notifier, sink.url())
    assert (result.verdict, result.http_status) == (Verdict.SERVICE, 503)


def test_a4_a_redirect_is_not_followed_and_not_sent(notifier: Notifier) -> None:
    """Even where it would end in a 200."""
    with Receiver(["302:/elsewhere", "200"]) as sink:
        result = send(notifier, sink.url())
    assert result.verdict == Verdict.RECIPIENT
    assert len(sink.arrived) == 1


@pytest.mark.parametrize("step", ["rst", "close"])
def test_a6_a_connection_that_breaks_is_uncertain(notifier: Notifier, step: str) -> None:
    """The message may have arrived."""
    with Receiver([step]) as sink:
        result = send(notifier, sink.url())
    assert result.verdict == Verdict.UNCERTAIN
    assert "may have arrived" in result.reason


@pytest.mark.parametrize("step", ["hang", "drip"])
@fault(
    "A7",
    "an answer that drips or never comes",
    "our own deadline ends it, in a worker that can be killed",
)
def test_a7_our_own_deadline_ends_what_apprise_would_wait_for(
    notifier: Notifier, step: str
) -> None:
    """The child is killed after the deadline; the next message has a new one."""
    with Receiver([step, "200"]) as sink:
        result = send(notifier, sink.url(), deadline=timedelta(seconds=1))
        assert result.verdict == Verdict.UNCERTAIN
        assert send(notifier, sink.url()).verdict == Verdict.SENT


def test_no_connection_is_passing(notifier: Notifier) -> None:
    """Nothing was sent, so nothing is uncertain."""
    with Receiver() as sink:
        url = sink.url()
    result = send(notifier, url)
    assert (result.verdict, result.reason) == (Verdict.SERVICE, "the connection was refused")


@pytest.mark.parametrize(
    "url",
    [
        f"unheard://{CANARY}",
        f"tgram://{CANARY}",
        f"slack://{CANARY}",
        "json://",
        f"http://{CANARY}.invalid/",
    ],
)
def test_a9_a_refused_url_names_the_destination_only(notifier: Notifier, url: str) -> None:
    """Whether asked or sent to."""
    for ask in (lambda: notifier.check_url("phone", url), lambda: send(notifier, url)):
        with pytest.raises(UnavailableError) as caught:
            ask()
        assert caught.value.subject == "phone"
        assert CANARY not in str(caught.value)


def test_check_url_sends_nothing(notifier: Notifier) -> None:
    """A good URL passes in silence."""
    with Receiver() as sink:
        notifier.check_url("phone", sink.url())
    assert sink.arrived == []


@pytest.mark.parametrize("step", ["401", "500", "302:/x", "rst"])
@fault("Z11", "sends that fail in every way", "no secret in what is told of them")
def test_z11_no_secret_in_a_result(notifier: Notifier, step: str) -> None:
    """User, password, path and query of the destination stay out of the reason."""
    with Receiver([step]) as sink:
        result = send(
            notifier, f"json://user{CANARY}:{CANARY}@127.0.0.1:{sink.port}/{CANARY}?+X-Key={CANARY}"
        )
    assert result.verdict != Verdict.SENT
    assert CANARY not in repr(result)


def test_a_webhook_receives_title_and_document(notifier: Notifier) -> None:
    """Apprise's envelope with our JSON document as its message."""
    with Receiver() as sink:
        assert send(notifier, sink.url()).verdict == Verdict.SENT
    (arrived,) = sink.arrived
    assert arrived.json["title"] == "Reconcile the books"
    assert arrived.message["kind"] == "match"
    assert arrived.message["listing"]["url"] == LINK  # type: ignore[index]


def test_ntfy_receives_a_short_text_and_must_answer_with_an_id(notifier: Notifier) -> None:
    """A captive portal's 200 is not ntfy's."""
    with Receiver(['200={"id":"x1"}', "200=<html>login</html>"]) as sink:
        url = sink.url("ntfy", "jobs")
        results = [send(notifier, url), send(notifier, url)]
    assert [r.verdict for r in results] == [Verdict.SENT, Verdict.UNCONFIRMED]
    payload = sink.arrived[0].json
    assert (payload["topic"], payload["title"]) == ("jobs", "Reconcile the books")
    assert "At every month-end close" in str(payload["message"])


def test_a_mail_has_html_and_plain(notifier: Notifier) -> None:
    """Subject, both alternatives, one link in each."""
    with MailSink() as sink:
        assert send(notifier, mail_url(sink)).verdict == Verdict.SENT
    mail = message_from_bytes(sink.mails[0], policy=policy.default)
    assert mail["Subject"] == "Reconcile the books · $500–1,000 fixed"
    plain, rich = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr,attr-defined]
    assert plain.count(LINK) == 1
    assert f'<a href="{LINK}">' in rich


@pytest.mark.parametrize(
    ("answer", "verdict"), [(b"554 spam", Verdict.MESSAGE), (b"451 later", Verdict.SERVICE)]
)
def test_a8_a_mail_server_that_refuses(notifier: Notifier, answer: bytes, verdict: Verdict) -> None:
    """5xx is about the message, 4xx passes."""
    with MailSink(refuse=answer) as sink:
        assert send(notifier, mail_url(sink)).verdict == verdict


def test_a3_one_destinations_failure_is_its_own(notifier: Notifier) -> None:
    """Two receivers, one broken."""
    with Receiver() as good, Receiver(["500"]) as bad:
        assert [send(notifier, s.url()).verdict for s in (good, bad, good)] == [
            Verdict.SENT,
            Verdict.SERVICE,
            Verdict.SENT,
        ]


def test_p6_signals_let_the_send_in_hand_finish(notifier: Notifier) -> None:
    """SIGTERM and SIGINT to the child while it sends change nothing."""
    with Receiver(["200"]) as sink:
        send(notifier, sink.url())
        pid = notifier._idle[0].pid
        assert pid
    with Receiver(["drip"]) as slow:
        # The child ignores both while it is at work: it lives until the deadline kills it.
        import threading

        def disturb() -> None:
            wait_for(lambda: slow.arrived)
            for number in (signal.SIGTERM, signal.SIGINT):
                os.kill(pid, number)

        thread = threading.Thread(target=disturb)
        thread.start()
        result = send(notifier, slow.url(), deadline=timedelta(seconds=3))
        thread.join()
    assert result.reason.startswith("no answer within")


def test_a_child_that_cannot_be_started_sends_nothing_and_ends_no_cycle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Too many processes, for a moment: the message wasn't on its way, so that it comes unmarked
    later.
    """

    def no_room(*_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with Receiver() as sink, Notifier() as notifier:
        with monkeypatch.context() as full:
            full.setattr(sending_child, "ChildProcess", no_room)
            failed = send(notifier, sink.url())
        assert failed.verdict is Verdict.NOT_BEGUN
        assert "can't be started (Resource temporarily unavailable)" in failed.reason
        assert send(notifier, sink.url()).verdict is Verdict.SENT
        assert len(sink.arrived) == 1


def test_s1_a_child_whose_parent_is_killed_ends_in_silence(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Before its request begins: then nothing goes out, and the alert is sent by the next cycle
    alone.
    """
    child = ChildProcess("test", serve)
    with Receiver() as sink:
        child.pipe.send((SEND, sink.url(), message(sink.url())))
        child.pipe.close()
        wait_for(lambda: child.status is not None)
        assert (child.close(), sink.arrived) == (0, [])
    assert "Traceback" not in capfd.readouterr().err


def test_g10_the_parent_imports_no_apprise() -> None:
    """Neither for importing nor for entering the context."""
    code = (
        "import sys, goldmine_ingest.notify as n\nwith n.Notifier(): pass\n"
        "print([m for m in ('apprise', 'requests', 'duckdb') if m in sys.modules])"
    )
    assert (
        subprocess.run(  # noqa: S603
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )


def test_item_9_the_child_loads_only_the_plugin_it_needs() -> None:
    """A webhook's send leaves the other hundred and fifty plugins on the disk."""
    code = (
        "import sys\nfrom goldmine_ingest.notify.plugins import plugin_for\nassert"
        " plugin_for('json://127.0.0.1:1/x')\nprint(sorted(m for m in sys.modules if"
        " m.startswith('apprise.plugins.') and m != 'apprise.plugins.base'))"
    )
    loaded = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert loaded.strip() == "['apprise.plugins.custom_json']"


@pytest.fixture
def services() -> Iterator[Services]:
    with Services() as all_of_them:
        yield all_of_them


def told(
    services: Services, service: str, title: str = "Reconcile the books", *, taken: bool = True
) -> dict[str, Any]:
    """The body of the one request with which a service was told of a job."""
    url = services.url(service)
    result = deliver(url, message(url, title), lambda: None, reach=services.reach)
    assert (result.verdict is Verdict.SENT) is taken
    return services.messages(service)[-1].body


@fault("Z5", "hostile titles for Telegram", "literal text; one link, the listing's")
def test_z5_telegram_payload(services: Services) -> None:
    """HTML with our bold and one link; the hostile title is text."""
    payload = told(services, "telegram", HOSTILE)
    assert payload["parse_mode"] == "HTML"
    text = str(payload["text"])
    assert text.count("<a href=") == 1
    assert "&lt;b&gt;" in text
    assert "@everyone" not in text


@fault("Z5", "hostile titles for Discord", "literal text, no mention; one link")
def test_z5_discord_payload(services: Services) -> None:
    """Plain content with escaped markdown, no embeds, no pings."""
    payload = told(services, "discord", HOSTILE)
    assert "embeds" not in payload
    content = str(payload["content"])
    assert len(content) <= 2000
    assert "@everyone" not in content
    assert "\\[x\\]" in content
    assert content.count("https://") == 1


@fault("Z5", "hostile titles for Slack", "literal text, no mention; one link")
def test_z5_slack_payload(services: Services) -> None:
    """Nothing between angle brackets but our link, in title and text; escaped once."""
    (attachment,) = told(services, "slack", HOSTILE)["attachments"]
    assert "<" not in attachment["title"]
    assert "&lt;b&gt;" in attachment["title"]
    assert "&amp;lt;" not in attachment["title"]
    assert attachment["text"].count("<") == 1


def test_pushover_payload(services: Services) -> None:
    """Within 1024 characters, a touch opens the listing, no HTML mode."""
    payload = told(services, "pushover", "x" * 5000)
    assert "html" not in payload
    assert payload["url"] == LINK


def test_a8_refused_markup_is_sent_once_more_as_plain_text(services: Services) -> None:
    """Telegram's "can't parse entities": the second try has no tags of ours."""
    services.script("telegram", "markup")
    told(services, "telegram")
    assert [asked.taken for asked in services.messages("telegram")] == [False, True]
    assert "<b>" not in services.texts("telegram")[0]
    assert LINK in services.texts("telegram")[0]


def test_a8_refused_as_plain_text_too_is_refused(services: Services) -> None:
    """Never a third try."""
    services.script("telegram", "markup…")
    told(services, "telegram", taken=False)
    assert len(services.messages("telegram")) == 2


@pytest.mark.parametrize(
    ("service", "status", "body", "verdict"),
    [
        ("telegram", 200, b'{"ok":false}', Verdict.SERVICE),
        ("telegram", 200, b'{"ok":false,"error_code":403}', Verdict.RECIPIENT),
        (
            "telegram",
            400,
            b'{"ok":false,"description":"Bad Request: chat not found"}',
            Verdict.RECIPIENT,
        ),
        ("telegram", 200, b"<html>portal</html>", Verdict.UNCONFIRMED),
        ("telegram", 200, b'{"ok":true}', Verdict.SENT),
        ("slack", 200, b"ok", Verdict.SENT),
        ("slack", 200, b'{"ok":false,"error":"channel_not_found"}', Verdict.RECIPIENT),
        ("slack", 200, b'{"ok":false,"error":"msg_too_long"}', Verdict.MESSAGE),
        ("slack", 200, b"<html>", Verdict.UNCONFIRMED),
        ("discord", 204, b"", Verdict.SENT),
        ("discord", 200, b"<html>", Verdict.UNCONFIRMED),
        ("pushover", 200, b'{"status":0}', Verdict.SERVICE),
        ("gotify", 200, b'{"id":3}', Verdict.SENT),
    ],
)
@fault("A5", 'the {"ok": false} of Telegram', "failed")
def test_a5_a_200_is_not_proof_where_the_body_says_more(
    service: str, status: int, body: bytes, verdict: Verdict
) -> None:
    """The service's own contract decides, whatever Apprise thinks."""
    assert (
        judge(service, status < 300, [Answer("POST x", status, None, body)], now=0.0).verdict
        == verdict
    )


def test_a2_telegram_says_the_pause_in_the_body() -> None:
    """Its retry_after, and a Retry-After that is a date."""
    body = b'{"ok":false,"error_code":429,"parameters":{"retry_after":17}}'
    assert judge("telegram", False, [Answer("x", 429, None, body)], now=0.0).retry_after == 17
    assert (
        judge(
            "custom_json", False, [Answer("x", 429, "Thu, 01 Jan 1970 00:02:00 GMT")], now=0.0
        ).retry_after
        == 120
    )


def test_one_of_two_targets_is_uncertain() -> None:
    """Once taken, once not: repeating it may repeat it there. Other requests before (a login)
    don't count.
    """
    taken, failed = Answer("PUT /send", 200, body=b'{"event_id":"$x"}'), Answer("PUT /send", 500)
    login = Answer("POST /login", 200, carried=False)
    assert judge("matrix", False, [taken, failed], now=0.0).verdict == Verdict.UNCERTAIN
    assert judge("matrix", False, [failed, taken], now=0.0).verdict == Verdict.UNCERTAIN
    assert judge("matrix", False, [login, failed], now=0.0).verdict == Verdict.SERVICE
    assert judge("join", False, [], now=0.0).verdict == Verdict.RECIPIENT
    assert judge("irc", False, [], now=0.0, seen=False).verdict == Verdict.SERVICE

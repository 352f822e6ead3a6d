"""What the services that most people use answer, and what we make of it: the fakes of
tests/rig/services.py, which answer as they do.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import goldmine_ingest
from goldmine_ingest.model.alert import SendResult, Verdict
from goldmine_ingest.notify import Notifier
from goldmine_ingest.notify.answers import Answer, judge
from goldmine_ingest.notify.child import Post, deliver, serve
from goldmine_ingest.notify.mail import MailReply, judge_mail
from goldmine_ingest.notify.reach import straight
from goldmine_ingest.notify.wire import LONGEST_BODY, Wire
from goldmine_ingest.render import notices
from goldmine_ingest.render.message import DigestAlert, Rendered
from goldmine_ingest.render.rendering import render
from goldmine_ingest.render.targets import kind_of
from tests.alert_cases import LINK, NOW, listing, match
from tests.rig.fault_table import fault
from tests.rig.receiver import MailSink, Receiver
from tests.rig.services import REFUSALS, URLS, Asked, Services

M, R, L, A, S, U, O = (  # noqa: E741 - the table below is read by columns
    Verdict.MESSAGE,
    Verdict.RECIPIENT,
    Verdict.RATE,
    Verdict.ACCOUNT,
    Verdict.SERVICE,
    Verdict.UNCERTAIN,
    Verdict.UNCONFIRMED,
)
# What each refusal of each service is about.
ABOUT: dict[str, dict[str, Verdict]] = {
    "telegram": {
        **dict.fromkeys(
            (
                "supergroup",
                "no chat",
                "empty chat",
                "blocked",
                "kicked",
                "no rights",
                "need admin",
                "topic closed",
            ),
            R,
        ),
        **dict.fromkeys(
            (
                "no thread",
                "bad peer",
                "write forbidden",
                "deactivated",
                "bad token",
                "no token",
                "no in a 200",
            ),
            R,
        ),
        **dict.fromkeys(("too long", "markup"), M),
        "limit": L,
    },
    "discord": {
        "limit": L,
        "limit in whole seconds": L,
        "gone": R,
        "forum": R,
        "bad token": R,
        "too long": M,
    },
    "slack": {
        "no channel": R,
        "archived": R,
        "no service": R,
        "bad token": R,
        "no text": M,
        "limit": L,
        "full": A,
        "fatal": S,
    },
    "matrix": {"limit": L, "forbidden": R, "no room": R, "token": R, "too large": M, "full": A},
    "ntfy": {"limit": L, "quota": A, "forbidden": R, "bad topic": R, "too long": M, "no id": O},
    "pushover": {"bad user": R, "bad token": R, "quota": A, "empty": M, "slow down": A},
    "gotify": {"bad token": R},
    "signal_api": {"unregistered": R, "captcha": L, "no account": R},
    "whatsapp": {"expired": R, "limit": L, "spam": A, "not allowed": R, "window": A, "template": M},
    "twilio": {
        "bad number": R,
        "unsubscribed": R,
        "bad login": R,
        "limit": L,
        "trial": A,
        "too long": M,
    },
    "workflows": {"gone": R, "signature": R, "schema": M},
    "mattermost": {"gone": R, "no channel": R, "too long": M},
    "rocketchat": {"no channel": R, "no integration": R, "limit": L},
    "pushbullet": {"quota": A, "bad token": R},
}
EVERYWHERE = {"portal": O, "broken": U, "500": S, "slow down": L}
CASES = [
    (service, step, ABOUT[service].get(step, EVERYWHERE.get(step)))
    for service in ABOUT
    for step in REFUSALS[service]
]
OVER_HTTP = sorted(set(URLS) - {"email"})


@pytest.fixture(scope="module")
def running() -> Iterator[Services]:
    with Services() as services:
        yield services


@pytest.fixture
def services(running: Services) -> Services:
    """One server for the module, with an empty log."""
    running.asked.clear()
    running._steps.clear()
    return running


def message(url: str, title: str = "Reconcile the books") -> Rendered:
    return render(match(listing(title=title)), kind_of(url))


def send(services: Services, service: str, post: Post | None = None) -> SendResult:
    url = services.url(service)
    return (post or Post(services.reach)).deliver(url, message(url), lambda: None)


@pytest.mark.parametrize("service", sorted(URLS))
def test_a_message_that_is_taken_is_sent(services: Services, service: str) -> None:
    """Each service gets it once, with its link, and says so in its own way."""
    assert send(services, service).verdict is Verdict.SENT
    texts = (
        [mail.decode() for mail in services.mail.mails]
        if service == "email"
        else services.texts(service)
    )
    assert len(texts) == 1
    if service not in ("ntfy", "pushover", "gotify"):
        assert LINK in texts[0].replace("=\n", "").replace("=\r\n", "")


def _tapped(service: str, asked: Asked) -> str:
    """What a touch of the whole message opens, in the service's own words."""
    if service == "ntfy":  # https://docs.ntfy.sh/publish/#click-action
        return asked.headers["X-Click"]
    if service == "pushover":  # https://pushover.net/api#urls
        assert asked.body["url_title"] == "Open on upwork.com"
        return str(asked.body["url"])
    # https://gotify.net/docs/msgextras#clientnotification
    return str(asked.body["extras"]["client::notification"]["click"]["url"])


@pytest.mark.parametrize("service", ["ntfy", "pushover", "gotify"])
def test_a_touch_opens_the_listing(services: Services, service: str) -> None:
    """Its address as it is, each % in it once; a notice leads nowhere."""
    link = f"{LINK}%7E?source=rss&q=a%20b"
    url = services.url(service)
    for alert in (match(listing(url=link)), notices.dead_man(None, NOW)):
        sent = deliver(url, render(alert, kind_of(url)), lambda: None, reach=services.reach)
        assert sent.verdict is Verdict.SENT
    first, notice = services.messages(service)
    assert _tapped(service, first) == link
    assert not {"X-Click"} & set(notice.headers)
    assert not {"url", "extras"} & set(notice.body)


@pytest.mark.parametrize(
    ("service", "own"),
    [("ntfy", "click=https://own.example"), ("pushover", "url=https://own.example")],
)
def test_a_touch_that_the_owner_has_set_stays(services: Services, service: str, own: str) -> None:
    url = services.url(service)
    given = f"{url}{'&' if '?' in url else '?'}{own}"
    sent = deliver(given, message(given), lambda: None, reach=services.reach)
    assert sent.verdict is Verdict.SENT
    (asked,) = services.messages(service)
    assert "https://own.example" in (asked.headers.get("X-Click"), asked.body.get("url"))


@pytest.mark.parametrize(
    ("service", "left_out"),
    [
        ("ntfy", ("X-Icon", "icon")),
        ("slack", ("footer", "footer_icon", "image_url", "ts")),
        ("discord", ("avatar_url",)),
        ("telegram", ()),
    ],
)
def test_no_pictures_and_footers_of_apprises(
    services: Services, service: str, left_out: tuple[str, ...]
) -> None:
    send(services, service)
    (asked,) = services.messages(service)
    for name in left_out:
        assert repr(name) not in str(asked.body)
        assert name not in asked.headers
    if service == "telegram":
        assert asked.body["disable_web_page_preview"] is True
        assert "<blockquote>“At every month-end close" in asked.body["text"]


@pytest.mark.parametrize("service", sorted(URLS))
@fault(
    "A5",
    "an answer that echoes a digest, longer than 4 KiB",
    "read to its end, as what it is: sent",
)
def test_a5_an_echo_of_any_length_is_read(services: Services, service: str) -> None:
    """A digest in the service's own full length."""
    url = services.url(service)
    items = tuple(
        match(listing(title=f"Reconcile the books of firm {n} – “größer”")) for n in range(300)
    )
    digest = render(DigestAlert(items), kind_of(url))
    assert deliver(url, digest, lambda: None, reach=services.reach).verdict is Verdict.SENT


@pytest.mark.parametrize(
    ("service", "step", "about"), CASES, ids=[f"{service}-{step}" for service, step, _ in CASES]
)
@fault(
    "A8",
    "every refusal that 14 services document",
    "the message, the recipient for good, the account or the service, by one table",
)
def test_a8_what_a_refusal_is_about(
    services: Services, service: str, step: str, about: Verdict
) -> None:
    """One table decides. What is refused for its markup is tried once more as text, nothing else
    is asked twice.
    """
    services.script(service, f"{step}…")
    result = send(services, service)
    assert result.verdict is about, result
    assert (result.retry_after is not None) == (about in (L, A))
    assert len(services.messages(service)) <= 1 + (about is M and result.http_status == 400)


@fault("A8", "Telegram: the group became a supergroup", "down at once; the new id is said")
def test_a8_a_group_that_became_a_supergroup(services: Services) -> None:
    services.script("telegram", "supergroup")
    result = send(services, "telegram")
    assert result.in_full == (
        "the group became a supergroup and has a new id: -1001557912345; put it into the URL"
        " (HTTP 400)"
    )
    assert "ends in 2345" in result.reason
    assert "1001557912345" not in result.reason


@pytest.mark.parametrize("step", ["limit", "limit in whole seconds"])
@fault(
    "A2",
    "Discord's 429 with its X-RateLimit headers",
    "one request; its retry_after; never uncertain",
)
def test_a2_discords_rate_limit(services: Services, step: str) -> None:
    """The plugin would repeat at once, or sleep for 50 s, by how the time is written."""
    services.script("discord", step, "ok")
    result = send(services, "discord")
    assert (result.verdict, result.retry_after) == (Verdict.RATE, 40.0)
    assert len(services.messages("discord")) == 1


@pytest.mark.parametrize("step", ["limit", "forbidden", "500", "portal", "broken"])
def test_a_login_that_fails_leaves_nothing_uncertain(
    services: Services, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is an account registered in its place. The message was never on its way."""
    begun: list[str] = []
    monkeypatch.setitem(REFUSALS["matrix"], "login", REFUSALS["matrix"][step])
    services.login = REFUSALS["matrix"][step]
    url = services.url("matrix")
    try:
        result = deliver(url, message(url), lambda: begun.append("begun"), reach=services.reach)
    finally:
        services.login = None
    assert result.verdict is {"limit": L, "forbidden": R}.get(step, S), result
    assert (begun, services.messages("matrix")) == ([], [])
    assert not [asked for asked in services.asked if "/register" in asked.path]


def test_a_password_for_matrix_is_one_device_and_one_login(services: Services) -> None:
    """However many messages, and in whatever process: the device's id is the same, the
    transactions are not.
    """
    first, second = Post(services.reach), Post(services.reach)
    for post in (first, first, second):
        assert send(services, "matrix", post).verdict is Verdict.SENT
    logins = [asked.body for asked in services.asked if asked.path.endswith("/login")]
    assert len(logins) == 2
    assert len({login["device_id"] for login in logins}) == 1
    assert len({asked.path for asked in services.messages("matrix")}) == 3
    assert not [asked for asked in services.asked if "logout" in asked.path]


def test_a_session_that_has_ended_is_begun_anew(services: Services) -> None:
    """Another process logged in with the same device, say: the message goes out all the same,
    once.
    """
    post = Post(services.reach)
    assert send(services, "matrix", post).verdict is Verdict.SENT
    services.script("matrix", "token", "ok")
    assert send(services, "matrix", post).verdict is Verdict.SENT
    assert len(services.texts("matrix")) == 2


def test_a_room_that_is_not_there_is_not_made(services: Services) -> None:
    """A mistyped alias would be a new room that nobody reads."""
    url = services.url("matrix").replace("!jobs", "#mistyped")
    services.join = REFUSALS["matrix"]["no room"]
    try:
        result = deliver(url, message(url), lambda: None, reach=services.reach)
    finally:
        services.join = None
    assert result.verdict is R
    assert not [asked for asked in services.asked if "createRoom" in asked.path]


def test_the_shipped_program_has_one_way_to_a_service() -> None:
    """Straight to its address: the seam is a parameter of the child, which only tests give."""
    for entrance in (serve, deliver, Wire.__init__):
        assert inspect.signature(entrance).parameters["reach"].default is straight
    shipped = [file.read_text() for file in Path(goldmine_ingest.__file__).parent.rglob("*.py")]
    assert not [
        text
        for text in shipped
        if re.search(r"Notifier\(serve|SendingChild\(serve|Notifier\(\w", text)
    ]


def test_the_seam_is_the_childs(services: Services) -> None:
    """Telegram's fixed host, in a child process: through what the test hands to the Notifier,
    and nothing else.
    """
    url = services.url("telegram")
    with Notifier(services.child) as notifier:
        assert notifier.send("phone", url, message(url)).verdict is Verdict.SENT
    assert len(services.texts("telegram")) == 1


@pytest.mark.parametrize("step", ["200=", "202=<html>", f"200={'x' * 3_000_000}", "204"])
def test_a_plain_webhook_takes_a_message_by_any_2xx(step: str) -> None:
    """With a body or without, however long."""
    with Receiver([step]) as sink:
        assert deliver(sink.url(), message(sink.url()), lambda: None).verdict is Verdict.SENT


def test_an_answer_beyond_every_bound_may_be_a_yes() -> None:
    """It isn't read on for ever, and what can't be read is no refusal."""
    with Receiver([f'200={{"id":"x","message":"{"x" * LONGEST_BODY}"}}']) as sink:
        url = sink.url("ntfy", "jobs")
        assert deliver(url, message(url), lambda: None).verdict is Verdict.UNCONFIRMED


# (step, code, text): what it is about. Gmail, Outlook, Postfix, Exim, Amazon SES: the texts are
# theirs.
MAIL = [
    (
        "data",
        550,
        (
            "5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits"
            " go to"
        ),
        A,
    ),
    ("sender", 550, "5.4.5 Daily sending quota exceeded", A),
    ("recipient", 550, "5.7.1 Too many recipients this hour", A),
    ("data", 554, "Message rejected: sending limit exceeded", A),
    ("data", 454, "Throttling failure: Daily message quota exceeded", L),
    (
        "recipient",
        450,
        "4.2.1 The user you are trying to contact is receiving mail too quickly; rate limited",
        L,
    ),
    ("connect", 421, "4.7.0 Try again later, closing connection", S),
    ("recipient", 451, "4.7.1 Greylisting in action, please come back later", S),
    ("login", 535, "5.7.8 Username and Password not accepted", R),
    ("login", 454, "4.7.0 Temporary authentication failure", S),
    ("login", 454, "4.7.0 Too many login attempts, please try again later", L),
    ("sender", 530, "5.7.0 Authentication Required", R),
    ("recipient", 550, "5.1.1 The email account that you tried to reach does not exist", R),
    ("recipient", 550, "No such user here", R),
    ("recipient", 554, "5.7.1 <you@example.com>: Relay access denied", A),
    ("recipient", 552, "5.2.2 Mailbox full", S),
    ("data", 552, "5.3.4 Message size exceeds fixed limit", M),
    ("data", 554, "5.7.1 The message looks like spam", M),
    ("data", 554, "spam", M),
    ("data", 550, "5.7.26 This mail is unauthenticated, which poses a security risk (SPF)", A),
    ("data", 550, "5.7.60 SMTP; Client does not have permissions to send as this sender", A),
    ("connect", 554, "5.7.1 Service unavailable; Client host blocked using zen.spamhaus.org", A),
]


@pytest.mark.parametrize(("step", "code", "text", "about"), MAIL)
@fault(
    "A8",
    "what mail servers refuse, by step, code and words",
    "told apart like the others; the code that is said is SMTP's",
)
def test_a8_what_a_mail_servers_refusal_is_about(
    step: str, code: int, text: str, about: Verdict
) -> None:
    result = judge_mail(MailReply(step, code, text))  # type: ignore[arg-type]
    assert result.verdict is about, result
    assert f"SMTP {code}" in result.reason
    assert result.http_status is None
    assert (result.retry_after is not None) == (about in (L, A))


@fault(
    "A8",
    "a mail provider's daily quota (550 5.4.5)",
    "about the account: nothing dies, tried again in an hour",
)
def test_a8_a_mail_quota_over_the_wire() -> None:
    with MailSink(refuse=b"550 5.4.5 Daily user sending limit exceeded") as sink:
        url = f"mailto://127.0.0.1:{sink.port}?from=me@example.com&to=you@example.com&mode=insecure"
        result = deliver(url, message(url), lambda: None)
    assert (result.verdict, result.reason) == (
        A,
        "the account's sending limit is reached (SMTP 550 5.4.5)",
    )


@pytest.mark.parametrize(
    ("refusals", "about", "begun"),
    [
        ({"RCPT": b"550 5.1.1 no such user"}, R, 0),
        ({"MAIL": b"550 5.7.1 sender not allowed"}, A, 0),
        ({"greeting": b"554 5.7.1 blocked"}, A, 0),
        ({"EHLO": b"421 go away", "HELO": b"421 go away"}, S, 0),
        ({"RCPT": b""}, S, 0),
        ({"end": b""}, U, 1),
        ({"end": b"451 4.3.0 later"}, S, 1),
    ],
)
def test_a_mail_is_on_its_way_from_its_data_on(
    refusals: dict[str, bytes], about: Verdict, begun: int
) -> None:
    """A server that breaks off or refuses before can't have got it. An empty answer here is a
    broken connection.
    """
    told: list[str] = []
    with MailSink(answers=refusals) as sink:
        url = f"mailto://127.0.0.1:{sink.port}?from=me@example.com&to=you@example.com&mode=insecure"
        result = deliver(url, message(url), lambda: told.append("begun"))
    assert (result.verdict, len(told)) == (about, begun), result


def test_no_word_of_a_service_is_quoted(services: Services) -> None:
    """Its texts may hold a secret, or a number."""
    services.script("twilio", "bad number")
    assert "+1555" not in send(services, "twilio").reason


def test_an_unknown_services_error_is_read_in_its_error_fields_only() -> None:
    """An echo of the message is no evidence: a job about quotas is not the account's quota."""
    echo = (
        b'{"error":"bad request","data":{"body":"We need a quota report: daily limit exceeded, too'
        b' many requests"}}'
    )
    assert judge("join", False, [Answer("x", 400, body=echo)], now=0.0).verdict is M
    said = b'{"error":"daily limit exceeded"}'
    assert judge("join", False, [Answer("x", 400, body=said)], now=0.0).verdict is A

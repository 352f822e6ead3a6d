"""Inputs made to take for ever: each must be read, refused or given up within its deadline, and
cost the next feed nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from html import escape

import pytest

from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.parse.reading import FeedRead
from goldmine_ingest.parse.reading_child import DEADLINE, ReadingWorker
from tests.hostile.bodies import Body
from tests.hostile.readings import faults, job
from tests.rig.fault_table import fault

MAIL = "message/rfc822"
CONTROL = Body(
    "control", b"<rss><channel><item><title>A job</title><guid>1</guid></item></channel></rss>"
)


def feed(description: str = "", more: str = "", attributes: str = "") -> bytes:
    item = (
        f"<item{attributes}><title>A"
        f" job</title><guid>1</guid>{more}<description>{escape(description)}</description></item>"
    )
    return f"<rss><channel><title>T</title>{item}</channel></rss>".encode()


def nested_mail(depth: int) -> bytes:
    parts = "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth)
    )
    return f"From: a@b.example\nSubject: New Job: x\n{parts}Content-Type: text/plain\n\nhello\n".encode()


def mail(headers: str, text: str = "hello") -> bytes:
    return f"Subject: New Job: x\n{headers}\n\n{text}".encode()


# What each is, and how it is made: only when its test runs.
BODIES: dict[str, Callable[[], Body]] = {
    "100,000 attributes": lambda: Body(
        "", feed(attributes="".join(f' a{n}="1"' for n in range(100_000)))
    ),
    "80,000 comment openings in the XML": lambda: Body("", feed(more="<!--" * 80_000)),
    "80,000 comment openings in a text": lambda: Body("", feed("<!--" * 80_000)),
    "16,000 categories": lambda: Body("", feed(more="<category>x</category>" * 16_000)),
    "100,000 nested tags in a text": lambda: Body("", feed("<b>" * 100_000)),
    "100,000 nested tags in the XML": lambda: Body("", feed(more="<b>" * 100_000)),
    "300,000 angle brackets in a text": lambda: Body("", feed("<" * 300_000)),
    "300,000 angle brackets in the XML": lambda: Body("", feed(more="<" * 300_000)),
    "300,000 ampersands": lambda: Body("", feed(more="&" * 300_000)),
    "100,000 open CDATA sections": lambda: Body("", feed(more="<![CDATA[" * 100_000)),
    "20,000 prefixes": lambda: Body("", feed(more="".join(f"<p{n}:a/>" for n in range(20_000)))),
    "80,000 comment openings before the feed": lambda: Body("", b"<!--" * 80_000 + feed()),
    "80,000 document types before the feed": lambda: Body("", b"<!DOCTYPE [" * 80_000 + feed()),
    "500,000 spaces": lambda: Body("", feed(" " * 500_000)),
    "JSON: 10 MB of brackets": lambda: Body("", b"[" * 10_000_000),
    "JSON: 200,000 objects deep": lambda: Body("", b'{"jobs":' * 200_000),
    "JSON: 900 objects deep, two ways each": lambda: Body(
        "", b'{"a":{},"b":' * 900 + b"1" + b"}" * 900
    ),
    "JSON: a number of 3 MB": lambda: Body(
        "", b'{"jobs": [{"title": "x", "n": ' + b"9" * 3_000_000 + b"}]}"
    ),
    "mail: parts nested 10,000 deep": lambda: Body("", nested_mail(10_000), MAIL),
    "mail: 20,000 parts": lambda: Body(
        "",
        mail(
            "Content-Type: multipart/mixed; boundary=b",
            "--b\nContent-Type: text/plain\n\nhi\n" * 20_000,
        ),
        MAIL,
    ),
    "mail: 1 GB declared": lambda: Body(
        "", mail("Content-Length: 1073741824\nContent-Type: text/plain"), MAIL
    ),
    "mail: 50,000 addresses": lambda: Body("", mail("From: " + "a@b.example, " * 50_000), MAIL),
    "mail: 50,000 parentheses": lambda: Body("", mail("From: " + "(" * 50_000), MAIL),
    "mail: 100,000 quotes": lambda: Body("", mail("From: " + '"' * 100_000), MAIL),
    "mail: a year beyond all years": lambda: Body(
        "", mail("Date: Mon, 1 Jan 99999999999999999999 00:00:00 +0000"), MAIL
    ),
    "mail: 50,000 parameters": lambda: Body(
        "", mail("Content-Type: text/plain" + "; a=b" * 50_000), MAIL
    ),
}
_SECONDS = (
    *(
        "JSON: 10 MB of brackets",
        "mail: 20,000 parts",
        "mail: parts nested 10,000 deep",
        "100,000 nested tags in the XML",
    ),
    *("300,000 angle brackets in the XML", "300,000 angle brackets in a text", "20,000 prefixes"),
)
QUICK = tuple(name for name in BODIES if name not in _SECONDS)


@fault(
    "X4",
    "bodies made to hang a parser, JSON and mails among them",
    "read or refused within the deadline; the next feed is read",
)
def test_x4_bodies_that_would_hang() -> None:
    """One child reads them all (the drill has those that take seconds)."""
    with ReadingWorker() as worker:
        for name in QUICK:
            read = worker.read(job(BODIES[name]()))
            assert not _unexplained(read), name
            assert worker.read(job(CONTROL)).outcome is Outcome.OK, name


@pytest.mark.drill
@fault(
    "X4",
    "the same one by one, with the deadlines of production",
    "class parse_timeout, or read in time; the control unaffected",
)
def test_x4_each_with_its_time(record_property: Callable[[str, object], None]) -> None:
    with ReadingWorker() as worker:
        for name, body in BODIES.items():
            made = body()
            began = time.monotonic()
            read = worker.read(job(made))
            took = time.monotonic() - began
            print(f"{took:7.2f} s  {read.outcome.value:14} {name} ({len(made.content):,} bytes)")
            if took > 1:
                record_property("figure", f"{name}: {took:.1f} s, {read.outcome.value}")
            assert not _unexplained(read), name
            assert took < DEADLINE + 2, name
            assert worker.read(job(CONTROL)).outcome is Outcome.OK, name


def _unexplained(read: FeedRead) -> list[str]:
    return [] if read.outcome is Outcome.PARSE_TIMEOUT else list(faults(read))


# --- Our own patterns, against texts that repeat what they look for

UNITS = (
    *(
        " ",
        "\n",
        "a",
        "1",
        "$",
        "<",
        "&",
        "(",
        ".",
        ",",
        "-",
        "1 ",
        "a ",
        "$1 ",
        "1,",
        "1.",
        "- ",
        "<b ",
        "</",
        "&amp;",
        "(a",
        "[",
        "a:",
    ),
    *(
        "\u00a0",
        "<!--",
        '<a href="',
        "Budget: ",
        "$1-",
        "1-1",
        '"',
        "=",
        "&#",
        "hourly ",
        "per ",
        "UTC+1 ",
        "to ",
        "20",
        "12:",
        "Mon, ",
    ),
    *(
        "1k",
        "€",
        "USD ",
        "and ",
        "/",
        "http://",
        "https://a ",
        "a@b",
        "… ",
        ":",
        "<p>",
        "</p>",
        "| ",
        "is hiring a ",
        "at ",
        "х",
        "年",
    ),
)
PLACES = ("description", "labels", "title", "category", "author", "pubDate")
HOSTS = (
    "jobs.example",
    "www.upwork.com",
    "www.freelancer.com",
    "www.fl.ru",
    "www.vollna.com",
    "hnrss.org",
    "www.reddit.com",
)
MAILERS = ("a@vollna.com", "donotreply@upwork.com", "jobs@board.example")
LABELS = (
    "Budget",
    "Hourly rate",
    "Proposals",
    "Duration",
    "Hours per week",
    "Location",
    "Rating",
    "Total spent",
    "Skills",
    "Posted on",
)


def repeated(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]


def _told(unit: str, host: str, length: int) -> Body:
    """A feed in which a text stands in each place of an entry of its own."""
    text = repeated(unit, length)
    labels = "".join(f"<b>{label}</b>: {text[: length // 8]}<br />" for label in LABELS)
    items = "".join(_item(place, labels if place == "labels" else text, host) for place in PLACES)
    return Body(
        "",
        f"<rss><channel><title>T</title><link>https://{host}/</link>{items}</channel></rss>".encode(),
    )


def _item(place: str, text: str, host: str) -> str:
    said = {
        "title": "A job",
        "description": "Words.",
        "guid": place,
        "link": f"https://{host}/jobs/{place}",
    }
    said["description" if place == "labels" else place] = text
    return (
        "<item>"
        + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in said.items())
        + "</item>"
    )


def _written(unit: str, sender: str, length: int) -> Body:
    link = "https://www.upwork.com/jobs/~01abcdef0123456789"
    return Body(
        "",
        mail(
            f"From: {sender}\nDate: {repeated(unit, 500)}",
            f"Job\n{link}\nHourly: $20.00\n{repeated(unit, length)}",
        ),
        MAIL,
    )


def _repetitive(length: int) -> Iterator[tuple[str, Body]]:
    for unit in UNITS:
        yield from ((f"{unit!r} on {host}", _told(unit, host, length)) for host in HOSTS)
        yield from (
            (f"{unit!r} from {sender}", _written(unit, sender, length))
            for sender in MAILERS
            if "\n" not in unit
        )


def test_a_text_that_repeats_itself_is_read_in_time() -> None:
    """Each takes 0.05 s; a pattern that is quadratic needs more than the deadline, which is
    hundreds of times as long.
    """
    with ReadingWorker() as worker:
        assert worker.read(job(CONTROL)).outcome is Outcome.OK
        worker._deadline = 15  # for reading alone, once the child is there
        for number, (name, body) in enumerate(_repetitive(20_000)):
            if number % 23 == 0:
                assert list(faults(worker.read(job(body, _host(name))))) == [], name


@pytest.mark.parametrize("unit", ["-", ">", "_", "* ", "re: "])
def test_a_mail_with_a_long_line_of_marks_is_read_in_time(unit: str) -> None:
    """They stand before the header of a forward, where they were tried at each split of them."""
    with ReadingWorker() as worker:
        assert worker.read(job(CONTROL)).outcome is Outcome.OK
        worker._deadline = 15
        for sender in MAILERS:
            body = _written(unit, sender, 40_000)
            assert list(faults(worker.read(job(body, "mail")))) == [], sender


@pytest.mark.drill
def test_every_text_that_repeats_itself_is_read_in_time() -> None:
    """The same with 100,000 characters, every unit in every place of every grammar."""
    with ReadingWorker() as worker:
        slowest = (0.0, "")
        for name, body in _repetitive(100_000):
            began = time.monotonic()
            assert list(faults(worker.read(job(body, _host(name))))) == [], name
            slowest = max(slowest, (time.monotonic() - began, name))
        print(f"slowest: {slowest[0]:.2f} s, {slowest[1]}")


def _host(name: str) -> str:
    return name.rpartition(" on ")[2] if " on " in name else "mail"

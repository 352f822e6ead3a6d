"""What a feed's server can do wrong (docs/reliability.md 2.1 to 2.4), and what a poll can have
received of the page then. One row each.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.rig.feed_server import Answer
from tools.soak.world import Feed, Job, Shown, shown


@dataclass(frozen=True)
class Served:
    """An answer, and the jobs that were in it whole. `sure` False: whether they count as
    received is the client's to judge.
    """

    answer: Answer
    jobs: list[Shown] = field(default_factory=list)
    sure: bool = True


def whole(feed: Feed) -> Served:
    """The page as it is meant to be."""
    page = feed.page
    body = feed.body(page)
    return Served(
        Answer(body=body, headers={"ETag": feed.etag(body), "Content-Type": feed.content_type}),
        shown(page),
    )


def _nothing(make: Callable[[bytes], Answer]) -> Callable[[Feed], Served]:
    """An answer that holds no job, made of the body that there should have been."""
    return lambda feed: Served(make(feed.body(feed.page)))


def _all(make: Callable[[bytes, Feed], Answer]) -> Callable[[Feed], Served]:
    """The whole page in an odd form."""

    def serve(feed: Feed) -> Served:
        page = feed.page
        return Served(make(feed.body(page), feed), shown(page))

    return serve


def _cut(feed: Feed) -> Served:
    """No length, and closed in the middle of an entry: those before it are whole (N8)."""
    page, body = feed.page, feed.body(feed.page)
    if feed.grammar == "json":
        return Served(Answer(body=body, length=None, sent=len(body) * 2 // 3))
    end = b"</entry>" if feed.grammar == "atom" else b"</item>"
    at = len(body) * 2 // 3
    return Served(
        Answer(body=body, length=None, sent=at), shown(page[: body[:at].count(end)]), sure=False
    )


def _twice(feed: Feed) -> Served:
    page: list[Job] = feed.page
    return Served(Answer(body=feed.body(page + page)), shown(page))


def _tracked(feed: Feed) -> Served:
    """The links get a session and a campaign; the ids stay."""
    page = feed.page
    body = replace(feed, query="?utm_source=rss&sid=4711").body(page)
    return Served(Answer(body=body), shown(page))


def _with_controls(body: bytes, feed: Feed) -> bytes:
    return (
        body.replace(b"office", b"office &#0;&#xD800;\x0b", 1) if feed.grammar != "json" else body
    )


_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><rss><channel><title>&a9;</title></channel></rss>"
)
_LOGIN = (
    b"<!doctype html><html><title>Log in</title><form action='/login'>Please log in to see"
    b" jobs</form></html>"
)


@dataclass(frozen=True)
class Fault:
    """A case of the battery, and how a feed answers then."""

    number: str
    serve: Callable[[Feed], Served]


# A server that says "not modified" whatever has changed: found within a day, when the feed is asked
# for as a whole (H4).
LYING_304 = Fault("H4", whole)
MOVED = Fault("H1", whole)  # for good, to another path of its host
FAULTS: dict[str, Fault] = {
    # Nothing comes.
    "silent": Fault("N3", _nothing(lambda _: Answer(silent=True, ending="hang"))),
    "dripping": Fault("N4", _nothing(lambda body: Answer(body=body, drip=0.05))),
    "reset": Fault("N6", _nothing(lambda _: Answer(raw=b"", ending="reset"))),
    "broken_status": Fault("N6", _nothing(lambda _: Answer(raw=b"HTP/7 twohundred\r\n\r\n"))),
    "500": Fault("H8", _nothing(lambda _: Answer(500, b"oops"))),
    "502": Fault("H8", _nothing(lambda body: Answer(502, body))),
    "503": Fault("H7", _nothing(lambda _: Answer(503, headers={"Retry-After": "nonsense"}))),
    "429": Fault("H7", _nothing(lambda _: Answer(429, headers={"Retry-After": "5400"}))),
    "429_for_ever": Fault(
        "H7", _nothing(lambda _: Answer(429, headers={"Retry-After": "999999999"}))
    ),
    "403": Fault(
        "H9", _nothing(lambda _: Answer(403, b"no", headers={"cf-mitigated": "challenge"}))
    ),
    "404": Fault("H10", _nothing(lambda _: Answer(404, b"no"))),
    "loop": Fault("H2", _nothing(lambda _: Answer(302, headers={"Location": "/loop"}))),
    "inward": Fault(
        "Z2", _nothing(lambda _: Answer(302, headers={"Location": "http://127.0.0.2:9/"}))
    ),
    # Something comes that is no feed, or a broken one.
    "laughs": Fault("X1", _nothing(lambda _: Answer(body=_LAUGHS))),
    "login": Fault(
        "H11",
        _nothing(
            lambda _: Answer(body=_LOGIN, headers={"ETag": '"login"', "Content-Type": "text/html"})
        ),
    ),
    "login_as_feed": Fault(
        "H11",
        _nothing(
            lambda _: Answer(
                body=_LOGIN, headers={"ETag": '"login"', "Content-Type": "application/rss+xml"}
            )
        ),
    ),
    "json_error": Fault(
        "H11",
        _nothing(
            lambda _: Answer(
                body=b'{"error": "try later"}', headers={"Content-Type": "application/json"}
            )
        ),
    ),
    "zero_bytes": Fault("H11", _nothing(lambda _: Answer(headers={"ETag": '"zero"'}))),
    "blank": Fault("H11", _nothing(lambda _: Answer(body=b" \n\n "))),
    "short": Fault(
        "N7",
        _nothing(
            lambda body: Answer(
                body=body, headers={"ETag": '"short"'}, length=len(body) + 1000, ending="close"
            )
        ),
    ),
    "reset_midway": Fault(
        "N6", _nothing(lambda body: Answer(body=body, sent=len(body) // 2, ending="reset"))
    ),
    "gzip_cut": Fault(
        "H15",
        _nothing(
            lambda body: Answer(
                body=gzip.compress(body)[:-20],
                headers={"Content-Encoding": "gzip", "ETag": '"cut"'},
            )
        ),
    ),
    "gzip_garbage": Fault(
        "H15",
        _nothing(
            lambda _: Answer(body=b"\x1f\x8bnot gzip at all", headers={"Content-Encoding": "gzip"})
        ),
    ),
    "unknown_coding": Fault(
        "H14", _nothing(lambda body: Answer(body=body[::-1], headers={"Content-Encoding": "br"}))
    ),
    "huge": Fault("H13", _nothing(lambda body: Answer(body=body + b" " * 600_000))),
    "bomb": Fault(
        "H14",
        _nothing(
            lambda body: Answer(
                body=gzip.compress(body + b" " * 30_000_000), headers={"Content-Encoding": "gzip"}
            )
        ),
    ),
    # The page, in an odd form.
    "same_etag": Fault("H5", _all(lambda body, _: Answer(body=body, headers={"ETag": '"always"'}))),
    "gzipped": Fault(
        "H14",
        _all(
            lambda body, _: Answer(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})
        ),
    ),
    "chunked": Fault("N8", _all(lambda body, _: Answer(body=body, chunked=True))),
    "no_length": Fault("N8", _all(lambda body, _: Answer(body=body, length=None))),
    "text_plain": Fault(
        "H18",
        _all(
            lambda body, _: Answer(
                body=body, headers={"Content-Type": "text/plain; charset=utf-16"}
            )
        ),
    ),
    "byte_order_mark": Fault("X8", _all(lambda body, _: Answer(body=b"\xef\xbb\xbf" + body))),
    "lying_charset": Fault(
        "X8",
        _all(
            lambda body, _: Answer(body=body.replace(b"office", "bureau d\xe9lai".encode("cp1252")))
        ),
    ),
    "wild_characters": Fault(
        "X5", _all(lambda body, feed: Answer(body=_with_controls(body, feed)))
    ),
    "odd_codec": Fault(
        "X6",
        _all(
            lambda body, _: Answer(
                body=body.replace(b'encoding="UTF-8"', b'encoding="punycode"', 1)
            )
        ),
    ),
    "tracking": Fault("I2", _tracked),
    "304_for_ever": LYING_304,
    "moved": MOVED,
    "cookies": Fault(
        "H16",
        _all(
            lambda body, _: Answer(
                body=body, headers=[("Set-Cookie", f"c{n}=1") for n in range(60)]
            )
        ),
    ),
    "twice": Fault("X14", _twice),
    "cut": Fault("N8", _cut),
    "no_entries": Fault("H12", lambda feed: Served(Answer(body=feed.body([])))),
}

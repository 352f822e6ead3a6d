"""What a feed's server can do wrong (RELIABILITY.md 2.1 to 2.4), and what a poll can have received of the page then. One row each."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.rig.feed_server import Answer
from tests.soak.world import Feed, Job, Shown, shown


@dataclass(frozen=True)
class Served:
    """An answer, and the jobs that were in it whole. `sure` False: whether they count as received is the client's to judge."""

    answer: Answer
    jobs: list[Shown] = field(default_factory=list)
    sure: bool = True


def whole(feed: Feed) -> Served:
    """The page as it is meant to be."""
    page = feed.page
    body = feed.body(page)
    return Served(Answer(body=body, headers={"ETag": feed.etag(body), "Content-Type": feed.content_type}), shown(page))


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
    return Served(Answer(body=body, length=None, sent=at), shown(page[: body[:at].count(end)]), sure=False)


def _twice(feed: Feed) -> Served:
    page: list[Job] = feed.page
    return Served(Answer(body=feed.body(page + page)), shown(page))


def _with_controls(body: bytes, feed: Feed) -> bytes:
    return body.replace(b"office", b"office &#0;&#xD800;\x0b", 1) if feed.grammar != "json" else body


_LOGIN = b"<!doctype html><html><title>Log in</title><form action='/login'>Please log in to see jobs</form></html>"

FAULTS: dict[str, Callable[[Feed], Served]] = {
    # Nothing comes.
    "silent": _nothing(lambda _: Answer(silent=True, ending="hang")),
    "reset": _nothing(lambda _: Answer(raw=b"", ending="reset")),
    "broken_status": _nothing(lambda _: Answer(raw=b"HTP/7 twohundred\r\n\r\n")),
    "500": _nothing(lambda _: Answer(500, b"oops")),
    "502": _nothing(lambda body: Answer(502, body)),
    "503": _nothing(lambda _: Answer(503, headers={"Retry-After": "nonsense"})),
    "429": _nothing(lambda _: Answer(429, headers={"Retry-After": "5400"})),
    "429_for_ever": _nothing(lambda _: Answer(429, headers={"Retry-After": "999999999"})),
    "403": _nothing(lambda _: Answer(403, b"no", headers={"cf-mitigated": "challenge"})),
    "404": _nothing(lambda _: Answer(404, b"no")),
    "loop": _nothing(lambda _: Answer(302, headers={"Location": "/loop"})),
    "inward": _nothing(lambda _: Answer(302, headers={"Location": "http://127.0.0.2:9/"})),
    # Something comes that is no feed, or a broken one.
    "login": _nothing(lambda _: Answer(body=_LOGIN, headers={"ETag": '"login"', "Content-Type": "text/html"})),
    "login_as_feed": _nothing(lambda _: Answer(body=_LOGIN, headers={"ETag": '"login"', "Content-Type": "application/rss+xml"})),
    "json_error": _nothing(lambda _: Answer(body=b'{"error": "try later"}', headers={"Content-Type": "application/json"})),
    "zero_bytes": _nothing(lambda _: Answer(headers={"ETag": '"zero"'})),
    "blank": _nothing(lambda _: Answer(body=b" \n\n ")),
    "short": _nothing(lambda body: Answer(body=body, headers={"ETag": '"short"'}, length=len(body) + 1000, ending="close")),
    "reset_midway": _nothing(lambda body: Answer(body=body, sent=len(body) // 2, ending="reset")),
    "gzip_cut": _nothing(lambda body: Answer(body=gzip.compress(body)[:-20], headers={"Content-Encoding": "gzip", "ETag": '"cut"'})),
    "gzip_garbage": _nothing(lambda _: Answer(body=b"\x1f\x8bnot gzip at all", headers={"Content-Encoding": "gzip"})),
    "unknown_coding": _nothing(lambda body: Answer(body=body[::-1], headers={"Content-Encoding": "br"})),
    "huge": _nothing(lambda body: Answer(body=body + b" " * 600_000)),
    "bomb": _nothing(lambda body: Answer(body=gzip.compress(body + b" " * 30_000_000), headers={"Content-Encoding": "gzip"})),
    # The page, in an odd form.
    "same_etag": _all(lambda body, _: Answer(body=body, headers={"ETag": '"always"'})),
    "gzipped": _all(lambda body, _: Answer(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})),
    "chunked": _all(lambda body, _: Answer(body=body, chunked=True)),
    "no_length": _all(lambda body, _: Answer(body=body, length=None)),
    "text_plain": _all(lambda body, _: Answer(body=body, headers={"Content-Type": "text/plain; charset=utf-16"})),
    "byte_order_mark": _all(lambda body, _: Answer(body=b"\xef\xbb\xbf" + body)),
    "lying_charset": _all(lambda body, _: Answer(body=body.replace(b"office", "bureau d\xe9lai".encode("cp1252")))),
    "wild_characters": _all(lambda body, feed: Answer(body=_with_controls(body, feed))),
    "cookies": _all(lambda body, _: Answer(body=body, headers=[("Set-Cookie", f"c{n}=1") for n in range(60)])),
    "twice": _twice,
    "cut": _cut,
    "no_entries": lambda feed: Served(Answer(body=feed.body([]))),
}
# A server that says "not modified" whatever has changed: found within a day, when the feed is asked for as a whole (H4).
LYING_304 = "304_for_ever"
NAMES = [*FAULTS, LYING_304]

"""Many feeds on many loopback hosts, for the drill and the bench: one server, which every
address of 127.0.0.0/8 reaches.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from tests.rig.feed_server import Answer, FeedServer, Request
from tests.rig.project import Home, upwork_feed, upwork_item

_SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ka",
    "le",
    "mi",
    "no",
    "pu",
    "ra",
    "se",
    "ti",
    "vo",
    "zu",
)
_WORDS = [a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES]


def job(n: int, *, qualified: bool) -> str:
    """The n-th job; no two have texts that one could take for the same."""
    words = " ".join(random.Random(n).sample(_WORDS, 40))  # noqa: S311 - the same each time
    title = f"Month-end reconciliation {n} {' '.join(words.split()[:4])}"
    body = f"{words}. The month-end close needs a reconciliation in Python and SQL, no. {n}."
    return upwork_item(n, title=title, body=body, budget="$1,500" if qualified else "$50")


class Site:
    """`feeds` feeds of `jobs` jobs each on `hosts` hosts; one job in `one_in` qualifies. Answers
    304 where nothing changed.

    `token` is in each feed's address. `before` is called with a feed's host before it answers; it
    may take its time.
    """

    def __init__(
        self,
        server: FeedServer,
        *,
        feeds: int,
        jobs: int,
        hosts: int,
        one_in: int = 10,
        token: str = "",
        before: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._server = server
        self._query = f"?token={token}" if token else ""
        self._before = before
        self.feeds, self.jobs, self.hosts, self.one_in = feeds, jobs, hosts, one_in
        self.newer: set[int] = set()
        for feed in range(feeds):
            server.script(f"/f{feed}", lambda request, feed=feed: self._answer(request, feed))

    def _answer(self, request: Request, feed: int) -> Answer:
        self._before(self.host(feed))
        tag = f'"{int(feed in self.newer)}"'
        if request.headers.get("if-none-match") == tag:
            return Answer(304, headers={"ETag": tag})
        numbers = [feed * 1000 + at for at in range(self.jobs + (feed in self.newer))]
        return Answer(
            body=upwork_feed(*(job(n, qualified=self.qualifies(n)) for n in numbers)),
            headers={"ETag": tag},
        )

    def qualifies(self, n: int) -> bool:
        return (n // 1000 + n) % self.one_in == 0

    def host(self, feed: int) -> str:
        at = feed % self.hosts
        return f"127.0.{1 + at // 250}.{1 + at % 250}"

    def home(self, folder: Path, sink_url: str, *, shards: int, every: str = "1m") -> Home:
        """A project that watches all of it; what is new alerts, the first sight as well."""
        port = self._server.port
        hosts = ", ".join(f'"{self.host(at)}:{port}"' for at in range(self.hosts))
        names = "".join(
            f'[[feed]]\nname = "f{n}"\nurl ='
            f' "http://{self.host(n)}:{port}/f{n}{self._query}"\nevery = "{every}"\n'
            for n in range(self.feeds)
        )
        return Home(
            folder,
            f'[project]\nname = "goldmine"\n[fetch]\nallow_private = [{hosts}]\n[alerts]\nbacklog ='
            ' "all"\nmax_age = "none"\n[workers]\nbatches = "shared"\nshards ='
            f' {shards}\n{names}[[notify]]\nname = "phone"\nurl = "{sink_url}"\nmax_per_hour ='
            " 10000\n",
        )

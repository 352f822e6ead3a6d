"""Wherever an entry repeats its feed's secret, it is taken out; an entry that doesn't stays as it
is.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.parse.reading import FeedRead, ReadEntry
from goldmine_ingest.pipeline.polling.secret_cleaning import clean_read
from goldmine_ingest.runtime.redaction import Redactor
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.receiver import Receiver
from tests.rig.watching import hook, watching

SECRET = "Zk4vQ9xT2mLp7Rb8Wd3s"
PLAIN = ReadEntry("1", RawEntry("g", "https://jobs.example/1", "A job"), Posting("x", "A job"))


def cleaned(*entries: ReadEntry) -> tuple[ReadEntry, ...]:
    redactor = Redactor()
    redactor.learn_url(f"https://jobs.example/feed?token={SECRET}")
    return clean_read(FeedRead(Outcome.OK, entries=entries), redactor).entries


@pytest.mark.parametrize(
    "said",
    [
        *({name: f"see {SECRET}."} for name in ("guid", "link", "title", "body", "author")),
        *({name: SECRET} for name in ("published", "updated")),
        {"categories": ("one", SECRET)},
        *({"extra": extra} for extra in ({SECRET: 1}, {"a": SECRET}, {"a": [{"b": [SECRET]}]})),
    ],
    ids=str,
)
def test_what_a_feed_gave(said: dict[str, Any]) -> None:
    dirty = replace(PLAIN, raw=replace(PLAIN.raw or RawEntry(), **said))
    first, second = cleaned(dirty, PLAIN)
    assert SECRET not in repr(first)
    assert "***" in repr(first.raw)
    assert first.posting == PLAIN.posting
    assert second is PLAIN


@pytest.mark.parametrize("name", ["title", "description", "url", "guid", "category", "company"])
def test_what_was_read_of_it(name: str) -> None:
    """A secret that was escaped in the entry shows in the posting alone."""

    def posting(said: str) -> Posting:
        fields: dict[str, Any] = {name: said}
        return replace(PLAIN.posting or Posting("", ""), **fields)

    (entry,) = cleaned(replace(PLAIN, posting=posting(f"see {SECRET}.")))
    assert entry.posting == posting("see ***.")
    assert entry.raw == PLAIN.raw


def board(*links: str) -> bytes:
    entries = "".join(
        f"<item><title>Ledger {n}: reconciliation</title><link>{link}</link><guid>{link}</guid>"
        f"<description>Firm {n} needs its month-end close in Python and SQL.</description></item>"
        for n, link in enumerate(links)
    )
    return f'<rss version="2.0"><channel><title>B</title>{entries}</channel></rss>'.encode()


def test_links_below_the_feeds_own_address_stay_links(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """A board's list at /jobs, its jobs at /jobs/101: whoever is told of one must get there."""
    links = [feeds.url("/jobs/101"), feeds.url("/jobs/102"), feeds.url("/jobs?id=103")]
    feeds.script("/jobs", Answer(body=board(*links)))
    watching(tmp_path, feeds, "/jobs", to={"phone": hook(sink)}).run()
    home = watching(tmp_path, feeds, "/jobs", to={"phone": hook(sink)})
    assert home.rows("SELECT url FROM listings ORDER BY url") == [(link,) for link in links]


def test_z11_what_is_secret_in_the_address_behind_a_redirect(
    tmp_path: Path, feeds: FeedServer, sink: Receiver
) -> None:
    """It opens the feed as the own one does, and the feed echoes it."""
    target = f"/feeds/{SECRET}/rss?apikey=canary-77"
    feeds.script("/short", Answer(302, headers={"Location": target}))
    feeds.script(
        f"/feeds/{SECRET}/rss",
        Answer(body=board("job/1", feeds.url(f"/j/2?k={SECRET}"), feeds.url(target))),
    )
    home = watching(tmp_path, feeds, "/short", to={"phone": hook(sink)})
    assert home.run().new_listings == 3
    with home.store() as store:
        store.checkpoint()
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    sent = b"".join(message.body for message in sink.arrived)
    for secret in (SECRET.encode(), b"canary-77"):
        assert secret not in written
        assert secret not in sent

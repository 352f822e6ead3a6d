"""Wherever an entry repeats its feed's secret, it is taken out; an entry that doesn't stays as it
is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.parse.reading import FeedRead, ReadEntry
from goldmine_ingest.pipeline.polling.secret_cleaning import clean_read
from goldmine_ingest.runtime.redaction import Redactor

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

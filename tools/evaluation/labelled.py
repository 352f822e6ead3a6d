"""Labelled listings of other people that may lie beside the project (`../shared/labelled`), read as
the product reads a feed.

Each becomes an item in Upwork's saved-search grammar and goes through the same reader as a live
feed, so that whatever reading does to a text is part of what is measured. The texts are
third-party: nothing of them is committed or quoted.
"""

from __future__ import annotations

import html
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from goldmine_ingest import config
from goldmine_ingest.model.posting import BaseAmounts, Listing, Posting
from goldmine_ingest.parse.reading import ReadJob, read_feed
from goldmine_ingest.settings.criteria import CriteriaSettings

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FOLDER = Path(
    os.environ.get("GOLDMINE_LABELLED", Path(__file__).parents[3] / "shared" / "labelled")
)


@dataclass(frozen=True)
class Labelled:
    """One listing with its label: 'pursue', 'maybe' or 'skip'; `cause` says why it is a skip."""

    trade: str
    name: str
    label: str
    cause: str
    listing: Listing


def trades() -> tuple[str, ...]:
    """The sets that lie there; none where the folder isn't."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/labels.jsonl")))


def criteria(trade: str) -> CriteriaSettings:
    """What that freelancer wrote in a quarter of an hour."""
    return config.load_criteria(FOLDER / trade / "criteria.toml")


@cache
def labelled(trade: str) -> tuple[Labelled, ...]:
    """The set, in the order of its file."""
    labels = {row["id"]: row for row in _rows(trade, "labels")}
    rows = _rows(trade, "listings")
    postings = _read([_item(number, row) for number, row in enumerate(rows)])
    return tuple(
        Labelled(
            trade,
            row["id"],
            labels[row["id"]]["label"],
            labels[row["id"]]["cause"],
            _listing(number, postings[_link(number)]),
        )
        for number, row in enumerate(rows)
    )


def _rows(trade: str, name: str) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for line in (FOLDER / trade / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]


def _listing(number: int, posting: Posting) -> Listing:
    amounts = (
        BaseAmounts(posting.budget_min, posting.budget_max)
        if posting.currency in ("USD", None)
        else BaseAmounts()
    )
    return Listing(f"{number:020d}", posting, NOW, amounts)


def _read(items: list[str]) -> Mapping[str, Posting]:
    head = (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>All jobs |'
        " upwork.com</title>"
    )
    body = f"{head}<link>https://www.upwork.com/ab/feed/jobs/rss</link>{''.join(items)}</channel></rss>".encode()
    found = read_feed(
        ReadJob(
            "labelled", body, "application/rss+xml", "www.upwork.com", "upwork", frozenset(), NOW
        )
    )
    return {
        _link(_number(entry.posting.url)): entry.posting
        for entry in found.entries
        if entry.posting and entry.posting.url
    }


def _link(number: int) -> str:
    return f"https://www.upwork.com/jobs/~01{number:016x}"


def _number(url: str) -> int:
    return int(url.rpartition("~01")[2], 16)


def _item(number: int, row: Mapping[str, Any]) -> str:
    lines = [html.escape(row["text"]).replace("\n", "<br />"), ""]
    if row.get("location_requirement"):
        lines.append(f"<b>Location Requirement</b>: {html.escape(row['location_requirement'])}")
    if row["budget"]:
        label, _, amount = row["budget"].partition(":")
        lines.append(f"<b>{label}</b>: {html.escape(amount.strip())}")
    lines.append("<b>Posted On</b>: November 24, 2026 11:00 UTC")
    if row["skills"]:
        lines.append(f"<b>Skills</b>:{html.escape(',     '.join(row['skills']))}")
    if row["country"]:
        lines.append(f"<b>Country</b>: {html.escape(row['country'])}")
    lines.append(f'<a href="{_link(number)}">click to apply</a>')
    link, body = _link(number), html.escape("<br />".join(lines))
    return (
        f"<item><title>{html.escape(row['title'])} - Upwork</title><link>{link}</link>"
        f"<guid>{link}</guid><description>{body}</description>"
        "<pubDate>Tue, 24 Nov 2026 11:00:00 +0000</pubDate></item>"
    )

"""What a run shows in Prefect: its name, its tables, its links. Feeds and listings by name;
never an address of a feed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from goldmine_ingest.app import RunReport
from goldmine_ingest.model.decision import Decision
from goldmine_ingest.model.posting import Listing

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+!|~-])")


def run_name(flow: str, report: RunReport) -> str:
    """What happened, in a line: 'poll: 41 feeds, 3 qualified, 1 failing'."""
    if report.busy:
        return f"{flow}: skipped, another cycle is in the way"
    failing = sum(not feed.outcome.good for feed in report.feeds)
    parts = [
        f"{len(report.feeds)} feeds" if report.feeds else "",
        f"{report.qualified} qualified" if report.feeds else "",
    ]
    parts += [f"{failing} failing" if failing else "", f"{report.sent} sent" if report.sent else ""]
    said = ", ".join(part for part in parts if part)
    return f"{flow}: {said or 'nothing was due'}"


def run_table(report: RunReport) -> list[dict[str, Any]]:
    """The cycle's counts, one row each."""
    counts = {
        "feeds polled": len(report.feeds),
        "new listings": report.new_listings,
        "changed": report.changed,
        "qualified": report.qualified,
        "review": report.review,
        "rejected": report.rejected,
        **{f"alerts {state}": count for state, count in report.alerts.items() if count},
    }
    return [{"what": what, "count": count} for what, count in counts.items()]


def failing_table(report: RunReport) -> list[dict[str, Any]]:
    """The feeds that failed, and whatever else did, with the reason."""
    failed = {feed.feed: feed.outcome.value for feed in report.feeds if not feed.outcome.good}
    return [
        {"who": name, "outcome": failed.get(name, ""), "why": escaped(why)}
        for name, why in report.problems
    ]


def matches_markdown(matches: Sequence[tuple[Listing, Decision]]) -> str:
    """The qualified listings with their links. Whatever comes from a listing is shown as text."""
    lines = ["| score | listing | proof |", "|---|---|---|"]
    for listing, decision in matches:
        title = escaped(listing.posting.title) or listing.listing_id
        url = listing.posting.url or ""
        linked = f"[{title}]({_link(url)})" if url.startswith(("https://", "http://")) else title
        lines.append(f"| {decision.score} | {linked} | {escaped(decision.proof or '')} |")
    return "\n".join(lines)


def escaped(text: str) -> str:
    """Text that markdown shows as it is, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _link(url: str) -> str:
    return (
        url.replace("(", "%28")
        .replace(")", "%29")
        .replace("|", "%7C")
        .replace("<", "%3C")
        .replace(">", "%3E")
        .replace(" ", "%20")
    )

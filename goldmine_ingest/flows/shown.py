"""What a run shows in Prefect: its name, its tables, its links. Feeds and listings by name;
never an address of a feed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from goldmine_ingest.app import MessagePreview, RunReport
from goldmine_ingest.model.decision import Decision
from goldmine_ingest.model.posting import Listing

# In a link's text Prefect's page shows a backslash as one: what would be markup there is shown by a
# sign that looks like it.
_ALIKE = str.maketrans(
    {
        "[": "(",
        "]": ")",
        "*": "∗",
        "_": "＿",
        "`": "'",
        "|": "¦",
        "<": "‹",
        ">": "›",
        "\\": "/",
        "~": "∼",
    }
)
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
    words = ", ".join(part for part in parts if part)
    return f"{flow}: {words or 'nothing was due'}"


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


def feed_table(report: RunReport) -> list[dict[str, Any]]:
    """What each feed brought, one row each."""
    return [
        {
            "feed": feed.feed,
            "outcome": feed.outcome.value,
            "new": feed.new_listings,
            "qualified": feed.qualified,
            "next poll": f"{feed.next_poll_at:%Y-%m-%d %H:%M} UTC" if feed.next_poll_at else "",
        }
        for feed in report.feeds
    ]


def messages_markdown(messages: Sequence[MessagePreview]) -> str:
    """What a dry run would send. Texts hold what listings say: each is shown as text, without
    any markup of its own.
    """
    parts = [
        f"**{escaped(m.destination)}** would get a {m.kind}:\n\n{_quoted(m.text)}" for m in messages
    ]
    return "\n\n".join(parts) or "Nothing would be sent."


def _quoted(text: str) -> str:
    return "\n".join(f"> {escaped(line)}  " for line in text.splitlines())


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
        title = " ".join(listing.posting.title.split()) or listing.listing_id
        url = listing.posting.url or ""
        linked = (
            f"[{title.translate(_ALIKE)}]({_link(url)})"
            if url.startswith(("https://", "http://"))
            else escaped(title)
        )
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

"""Which lines each kind of message has, in the order in which they are read on a phone: what it
is, what it pays, why, what to do.
"""

from __future__ import annotations

from goldmine_ingest.render.compose import Line
from goldmine_ingest.render.message import DaySummary, MatchAlert, NoticeAlert
from goldmine_ingest.render.targets import Target

UNTITLED = "(untitled listing)"
MAY_REPEAT = "(may repeat) "
FOR_REVIEW = "[review] "


def heading(alert: MatchAlert, title: str) -> str:
    """The first line: marks, then the title. `title` is the cleaned one, empty if nothing
    visible was in it.
    """
    marks = (MAY_REPEAT if alert.may_repeat else "") + (
        FOR_REVIEW if alert.decision == "review" else ""
    )
    return marks + ("Changed: " if alert.changed else "") + (title or UNTITLED)


def match_lines(alert: MatchAlert, target: Target) -> list[Line]:
    """Everything below the title. Short kinds leave out what can be looked up later."""
    lines = [
        Line(
            _joined(
                alert.pay,
                f"≈ {alert.pay_base}" if alert.pay_base else "",
                f"score {alert.score:.2f}",
            ),
            rank=1,
        ),
        Line(f"“{alert.ask}”" if alert.ask else "", "They ask", rank=2),
        Line("; ".join(alert.changed), "Changed", rank=2),
        Line(_why(alert), "Why", rank=3),
        Line(" … ".join(f"“{quote}”" for quote in alert.quotes), rank=7),
        Line(alert.first_step, "First step", rank=2),
        Line("; ".join(alert.check), "Check by hand", rank=4),
        Line("; ".join(alert.flags), "Red flags", rank=2),
        Line(
            _joined(
                alert.age,
                alert.expires,
                alert.competition,
                alert.connects,
                alert.country,
                alert.platform,
            ),
            rank=5,
        ),
        Line(alert.company, "Company", rank=8),
        Line(", ".join(alert.feeds), "Feeds", rank=9),
        *_link_lines(alert, target),
        Line(f"goldmine track {alert.short_id} pursued"),
    ]
    return (
        [line for line in lines if not (target.short and line.rank > 7)] if target.short else lines
    )


def _link_lines(alert: MatchAlert, target: Target) -> list[Line]:
    if alert.link and len(alert.link) <= target.limit // 2:
        return [Line(alert.link, link=True)]
    if alert.link:
        return [
            Line(
                f"The link is too long for this message: goldmine explain {alert.short_id}", most=80
            )
        ]
    return [Line(alert.link_text, "Link (not opened: not a plain web address)", rank=6, most=100)]


def _why(alert: MatchAlert) -> str:
    proof = f"{alert.proof}: {alert.result}" if alert.proof and alert.result else alert.proof
    return ". ".join(
        part for part in (proof, f"Lead with {alert.offer}" if alert.offer else "") if part
    )


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def digest_heading(items: tuple[MatchAlert, ...], notices: tuple[NoticeAlert, ...] = ()) -> str:
    """'3 matches, 1 to review, 1 notice', or that there are none."""
    review = sum(item.decision == "review" for item in items)
    matches = len(items) - review
    parts = [
        _count(matches, "match", "matches") if matches else "",
        f"{review} to review" if review else "",
    ]
    told = ", ".join(part for part in parts if part) or "No new matches"
    return f"{told}, {_count(len(notices), 'notice', 'notices')}" if notices else told


def item_lines(item: MatchAlert, title: str) -> list[Line]:
    """A listing in a digest: title, what decides, link."""
    check = f"check: {item.check[0]}" if item.check else ""
    flag = f"red flag: {item.flags[0]}" if item.flags else ""
    link = (
        Line(item.link, link=True)
        if item.link
        else Line(item.link_text, "Link (not opened)", most=100)
    )
    return [
        Line(heading(item, title), strong=True, most=100),
        Line(_joined(item.pay, item.proof, item.age, check, flag, item.short_id), most=200),
        link,
    ]


def summary_lines(summary: DaySummary | None) -> list[Line]:
    """What the watch did, so that quiet is explained."""
    if summary is None:
        return []
    counts = (
        f"{_count(summary.feeds, 'feed', 'feeds')},"
        f" {_count(summary.listings, 'listing', 'listings')}, {summary.qualified} qualified,"
        f" {summary.review} to review"
    )
    if not summary.qualified and summary.nearest:
        counts += f"; nearest failed on {summary.nearest}"
    failing = [
        f"{feed} since {since:%Y-%m-%d %H:%M} UTC"
        for feed, since in sorted(summary.failing.items())
    ]
    count = _count(len(failing), "feed is", "feeds are")
    return [
        Line(counts),
        Line(f"{count} failing: " + ", ".join(failing) if failing else "", most=600),
    ]


def notice_item(notice: NoticeAlert) -> list[Line]:
    """A notice in a digest."""
    mark = MAY_REPEAT if notice.may_repeat else ""
    return [
        Line(f"{mark}Goldmine: {notice.headline}", strong=True),
        *(Line(line, most=200) for line in notice.lines[:2]),
    ]


def notice_lines(alert: NoticeAlert) -> list[Line]:
    """The notice's sentences and its short id."""
    return [
        *(Line(line, rank=at, most=500) for at, line in enumerate(alert.lines)),
        Line(alert.short_id, "Notice", rank=9),
    ]


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"

"""Which lines each kind of message has, in the order in which they are read on a phone: what it
is, what it pays, what the client asks for, what to lead with.
"""

from __future__ import annotations

from collections.abc import Iterator

from goldmine_ingest.render.clean import cut_words
from goldmine_ingest.render.compose import Line
from goldmine_ingest.render.message import DaySummary, MatchAlert, NoticeAlert
from goldmine_ingest.render.targets import SHORT_LINE, Target, TargetKind

UNTITLED = "(untitled listing)"
MAY_REPEAT = "(may repeat) "
FOR_REVIEW = "[review] "
# Services whose messages have a link for each action; and those that have no buttons, and one link
# in any case.
_EACH_ACTION = (TargetKind.SLACK, TargetKind.DISCORD, TargetKind.MAIL)
_ALWAYS_DECIDE = (TargetKind.PUSHOVER, TargetKind.GOTIFY)
# Characters of the ask: in a message, on a phone (the longest that leaves room), in a digest.
_QUOTED, _QUOTED_SHORT, _QUOTED_DIGEST = 300, (160, 120, 80), 80


def heading(alert: MatchAlert, title: str) -> str:
    """The first line: marks, then the title. `title` is the cleaned one, empty if nothing
    visible was in it.
    """
    marks = (MAY_REPEAT if alert.may_repeat else "") + (
        FOR_REVIEW if alert.decision == "review" else ""
    )
    return marks + ("Changed: " if alert.changed else "") + (title or UNTITLED)


def match_versions(alert: MatchAlert, target: Target) -> Iterator[list[Line]]:
    """Everything below the title, first in full, then with less of what can be looked up: where a
    touch opens the listing its link goes first, then the quote gets shorter.
    """
    yield match_lines(alert, target)
    if target.short:
        link = not target.taps
        yield from (match_lines(alert, target, quoted=most, link=link) for most in _QUOTED_SHORT)


def match_lines(
    alert: MatchAlert, target: Target, *, quoted: int = 0, link: bool = True
) -> list[Line]:
    """The client's words first, the owner's last. `quoted` characters of them (0: as the kind has
    it); `link` False: without it.
    """
    most = quoted or (_QUOTED_SHORT[0] if target.short else _QUOTED)
    flags = "; ".join(alert.flags)
    lines = [
        Line(" · ".join(alert.changed), rank=1),
        *_facts(alert, target),
        _asked(alert, most),
        Line(f"⚠ {flags}" if flags else "", rank=1),
        Line(alert.client_note, rank=3),
        Line(alert.lead, "Lead", rank=3),
        *_of_opinion(alert),
        Line(alert.nearest, "Nearest", rank=4),
    ]
    if not target.short:
        feeds = ", ".join(alert.feeds) if len(alert.feeds) > 1 else ""
        lines += [
            Line("; ".join(alert.check), "Check by hand", rank=6),
            Line(feeds, "From", rank=9),
        ]
    lines += _link_lines(alert, target) if link else []
    lines += button_lines(alert, target)
    if target.kind is TargetKind.TERMINAL:
        lines.append(Line(f"goldmine track {alert.short_id} pursued"))
    return lines


def _asked(alert: MatchAlert, most: int) -> Line:
    """The client's words: those that a model took for the ask, else those that the criteria did."""
    if alert.opinion.ask:
        ask = f"“{cut_words(alert.opinion.ask, most)}”"
        return Line(ask, "They ask", rank=2, most=len(ask))
    return Line(alert.excerpt, rank=2, quote=True, most=most)


def _of_opinion(alert: MatchAlert) -> list[Line]:
    """An idea of what to propose; why a listing waits for review."""
    idea = alert.opinion.first_step if alert.decision == "qualified" else ""
    doubt = alert.opinion.doubt if alert.decision == "review" else ""
    return [
        Line(idea, "First step (idea)", rank=3, most=250),
        Line(doubt, "Doubt", rank=3, most=250),
    ]


def _facts(alert: MatchAlert, target: Target) -> list[Line]:
    """What it pays and who asks, on as many lines as the kind has room for."""
    base = alert.pay_base.removesuffix(" fixed")
    whole = f"{alert.pay} (≈ {base})" if base else alert.pay
    who = alert.client or alert.host
    if target.short:
        short = (alert.country or alert.host,)
        line = _joined(alert.pay, alert.age, alert.competition)
        fuller = (
            _joined(whole, alert.age, alert.competition, *short),
            _joined(alert.pay, alert.age, alert.competition, *short),
            _joined(whole, alert.age, alert.competition),
        )
        return [Line(next((text for text in fuller if len(text) <= SHORT_LINE), line), rank=1)]
    if target.kind in (TargetKind.TERMINAL, TargetKind.MAIL):
        parts = (whole, alert.age, alert.expires, alert.competition, alert.connects, who)
        return [Line(_joined(*parts), rank=1)]
    return [
        Line(_joined(whole, alert.age), rank=1),
        Line(_joined(alert.competition, who), rank=5),
    ]


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


def button_lines(alert: MatchAlert, target: Target) -> list[Line]:
    """Our own links: an action each where links have words, one for all of them elsewhere, where
    there is room.
    """
    if alert.links is None:
        return []
    if target.kind in _EACH_ACTION:
        return [Line("", rank=1, buttons=alert.links.actions)]
    rank = 1 if target.kind in _ALWAYS_DECIDE else 7
    return [Line("", rank=rank, buttons=(("Decide", alert.links.decide),))]


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
    text = ", ".join(part for part in parts if part) or "No new matches"
    return f"{text}, {_count(len(notices), 'notice', 'notices')}" if notices else text


def item_lines(item: MatchAlert, title: str, *, named: bool) -> list[Line]:
    """A listing in a digest: title, what it pays, the beginning of the ask; its link in the title
    where links have words (`named`).
    """
    link = item.link or ""
    said, label = (item.opinion.ask, "They ask") if item.opinion.ask else (item.excerpt, "")
    quote = f"“{cut_words(said, _QUOTED_DIGEST)}”" if said else ""
    doubt = item.opinion.doubt if item.decision == "review" else ""
    lines = [
        Line(heading(item, title), strong=True, to=link, most=100),
        Line(_joined(item.pay, item.age, item.competition), most=200),
        Line(quote, label),
        Line(doubt, "Doubt", most=120),
    ]
    if link and not named:
        lines.append(Line(link, link=True))
    return lines if link else [*lines, Line(item.link_text, "Link (not opened)", most=100)]


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
        Line(summary.opinion),
    ]


def inbox_lines(inbox: str) -> list[Line]:
    """The page, where its reader can reach it."""
    return [Line("", rank=9, buttons=(("Inbox", inbox),))] if inbox else []


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

"""Typed messages to text, one rendering per kind of destination. Pure.

    render(match_alert(listing, decision, ...), target_of(url)) -> Rendered
    terminal(alert) -> str

What comes from a feed stays text everywhere (styles.py); a message has one link, the listing's own,
beside those of ours that lead to the door; its length is cut by us, between graphemes and with the
link kept (compose.py).

A webhook (json://, xml://, form://) gets Apprise's envelope {"version", "title", "message",
"attachments", "type"}: `title` as on a phone, and `message` is a JSON document (a string to be
parsed once more) with "schema": 1, "kind" ('match', 'digest', 'notice', 'test'), "text" (the
message as a person would read it) and, for a match, "may_repeat", "changed", "listing" with
every field of the listing, its decision and findings under the names of the views, and, where
there is a door, "decide", the link to it; for a digest "listings" (a list of them), "notices",
"summary" and, where its reader can reach the page, "inbox"; for a notice "subject", "headline" and
"lines".
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from goldmine_ingest.model import Json
from goldmine_ingest.render.clean import clean, cut, escape_controls
from goldmine_ingest.render.compose import Line, fit, write
from goldmine_ingest.render.layout import (
    digest_heading,
    heading,
    inbox_lines,
    item_lines,
    match_lines,
    match_versions,
    notice_item,
    notice_lines,
    summary_lines,
)
from goldmine_ingest.render.message import (
    Alert,
    DaySummary,
    DigestAlert,
    MatchAlert,
    NoticeAlert,
    Rendered,
    TestAlert,
)
from goldmine_ingest.render.styles import PLAIN, STYLES, Style
from goldmine_ingest.render.targets import (
    SHORT,
    TARGETS,
    Target,
    TargetKind,
)
from goldmine_ingest.render.templates import Template
from goldmine_ingest.text.utc_time import instant

_TITLE_READ = 2000
_LONGEST_TAP = 512  # characters: Pushover's, https://pushover.net/api#urls
SUMMARY_SHOWN = "summary"  # what `Rendered.shown` holds for the day's summary


def render(alert: Alert, target: Target | TargetKind, template: Template | None = None) -> Rendered:
    """The message for one service (or one kind of them), escaped, within its limits, never empty.

    `template` is the user's own wording of what stands below a match's title; webhooks have none.
    Raises TemplateError if it can't be used.
    """
    target = TARGETS[target] if isinstance(target, TargetKind) else target
    kind = target.kind
    if kind is TargetKind.WEBHOOK:
        return _webhook(alert, target)
    title, body, shown = _parts(alert, target, STYLES[kind], template)
    plain_title, plain, _ = _parts(alert, target, PLAIN)
    plain = plain if target.titled else f"{plain_title}\n{plain}".strip()
    if not target.titled:
        title, body = "", STYLES[kind].newline.join(part for part in (title, body) if part)
    size = target.size(title) + target.size(body)
    return Rendered(title, body, target.body_format, size, plain, shown, _tap(alert))


def _tap(alert: Alert) -> str:
    match alert:
        case MatchAlert(link=str(link)) | TestAlert(match=MatchAlert(link=str(link))):
            return link if len(link) <= _LONGEST_TAP else ""
        case DigestAlert():
            return alert.inbox
        case _:
            return ""


def terminal(alert: Alert) -> str:
    r"""The message for a terminal: everything, controls shown as \x1b."""
    title, body, _ = _parts(alert, TARGETS[TargetKind.TERMINAL], STYLES[TargetKind.TERMINAL])
    return f"{title}\n{body}"


def _parts(
    alert: Alert, target: Target, style: Style, template: Template | None = None
) -> tuple[str, str, tuple[str, ...]]:
    """Title, body and what is shown. An untitled kind (the title is its first line) has room for
    both in its limit.
    """
    match alert:
        case MatchAlert():
            headline = heading(alert, _visible(alert.title, target))
            title = _title(_subject(headline, alert, target), target, style)
            return (
                title,
                _match_body([], alert, target, style, _room(title, target, style), template),
                (alert.listing_id,),
            )
        case TestAlert():
            title = _title(
                "Test: " + heading(alert.match, _visible(alert.match.title, target)), target, style
            )
            about = [Line(f"A test message to {alert.destination}; nothing is owed.")]
            return (
                title,
                _match_body(
                    about, alert.match, target, style, _room(title, target, style), template
                ),
                (),
            )
        case NoticeAlert():
            title = _title(
                ("(may repeat) " if alert.may_repeat else "") + "Goldmine: " + alert.headline,
                target,
                style,
            )
            return (
                title,
                fit(notice_lines(alert), style, target, _room(title, target, style))
                or style.text("See goldmine doctor"),
                (),
            )
        case DigestAlert():
            return _digest(alert, target, style)


def _subject(heading: str, alert: MatchAlert, target: Target) -> str:
    """Of a mail: the title and what it pays."""
    return f"{heading} · {alert.pay}" if target.kind is TargetKind.MAIL and alert.pay else heading


def _match_body(
    first: list[Line],
    alert: MatchAlert,
    target: Target,
    style: Style,
    room: int,
    template: Template | None,
) -> str:
    """Below the title: the built-in lines, or what the user's template makes of the facts."""
    if template is None:
        return _fullest(first, alert, target, style, room)
    above = "".join(f"{line.write(style)}{style.newline}" for line in first)
    return above + template.body(alert, target, style, room - target.size(above))


def _fullest(first: list[Line], alert: MatchAlert, target: Target, style: Style, room: int) -> str:
    """The fullest version of the built-in lines for which there is room. Nobody reads the
    characters of our own links, so that they don't count for what a lock screen shows.
    """
    if target.short:
        links = [line for line in match_lines(alert, target) if line.buttons]
        room = min(
            room, SHORT + sum(target.size(style.newline + line.write(style)) for line in links)
        )
    lines: list[Line] = []
    for version in match_versions(alert, target):
        lines = [*first, *version]
        text = write(lines, style)
        if target.size(text) <= room:
            return text
    return fit(lines, style, target, room)


def _title(text: str, target: Target, style: Style) -> str:
    """The title, written; shortened until it takes at most half of the message."""
    write_title = style.title if target.titled else (lambda t: style.strong(style.text(t)))
    most = target.title_limit
    written = write_title(cut(text, most))
    while most > 1 and (
        target.size(written) > target.limit // 2
        or (target.titled and len(written) > target.title_limit)
    ):
        most -= max(1, most // 8)
        written = write_title(cut(text, most))
    return written


def _visible(title: str, target: Target) -> str:
    """The title's visible text. No title of a listing is longer than a message: what is beyond
    isn't even looked at.
    """
    title = title[:_TITLE_READ]
    return escape_controls(title).strip() if target.kind is TargetKind.TERMINAL else clean(title)


def _room(title: str, target: Target, style: Style) -> int:
    return target.limit - target.size(title) - target.size(style.newline)


def _digest(alert: DigestAlert, target: Target, style: Style) -> tuple[str, str, tuple[str, ...]]:
    """Notices, then as many listings as fit, best first, how many more there are, the day's
    summary and the way to the inbox; where all don't fit, neither of these.

    At least one of them is shown if there is one, so that a backlog gets smaller with every digest.
    """
    title = _title(digest_heading(alert.items, alert.notices), target, style)
    room = _room(title, target, style)
    summary, inbox = summary_lines(alert.summary), inbox_lines(alert.inbox)
    items = [(n.short_id, notice_item(n)) for n in alert.notices] + [
        (i.listing_id, _item(i, target, style)) for i in alert.items
    ]
    blocks = _blocks([lines for _, lines in items], [*summary, *inbox], target, style, room)
    if items and not blocks:
        summary, inbox = [], []
        blocks = _blocks([lines for _, lines in items], [], target, style, room) or [
            fit(items[0][1], style, target, room // 2)
        ]
    shown = (*(name for name, _ in items[: len(blocks)]), *([SUMMARY_SHOWN] if summary else []))
    left = len(items) - len(blocks)
    tail = [*([_more(left)] if left else []), *summary, *inbox]
    blocks += [fit(tail, style, target, room)] if tail else []
    return title, (style.newline * 2).join(blocks) or style.text("Nothing to report."), shown


def _blocks(
    items: Sequence[list[Line]], ending: list[Line], target: Target, style: Style, room: int
) -> list[str]:
    """The listings that fit beside what ends the message, each written."""
    gap = 2 * target.size(style.newline)
    used = target.size(write([_more(len(items)), *ending], style)) + gap
    blocks: list[str] = []
    for item in items:
        block = write(item, style)
        used += target.size(block) + gap
        if used > room:
            break
        blocks.append(block)
    return blocks


def _item(item: MatchAlert, target: Target, style: Style) -> list[Line]:
    return item_lines(item, _visible(item.title, target), named=style.named is not None)


def _more(left: int) -> Line:
    return Line(f"and {left} more: goldmine alerts")


def _webhook(alert: Alert, target: Target) -> Rendered:
    title, text, shown = _parts(alert, target, STYLES[TargetKind.WEBHOOK])
    document: dict[str, Json] = {"schema": 1, **_document(alert), "text": f"{title}\n{text}"}
    body = json.dumps(_cleaned(document), ensure_ascii=False)
    return Rendered(title, body, "text", target.size(title) + target.size(body), body, shown)


def _document(alert: Alert) -> dict[str, Json]:
    match alert:
        case MatchAlert():
            return {
                "kind": "match",
                "may_repeat": alert.may_repeat,
                "changed": list(alert.changed),
                "listing": _listing(alert),
                **({"decide": alert.links.decide} if alert.links else {}),
            }
        case TestAlert():
            return {**_document(alert.match), "kind": "test", "destination": alert.destination}
        case NoticeAlert():
            facts = {
                "subject": alert.subject,
                "headline": alert.headline,
                "lines": list(alert.lines),
            }
            return {"kind": "notice", "may_repeat": alert.may_repeat, **facts}
        case DigestAlert():
            notices = [_document(notice) for notice in alert.notices]
            listings = [{**_listing(item), "may_repeat": item.may_repeat} for item in alert.items]
            return {
                "kind": "digest",
                "listings": listings,
                "notices": notices,
                "summary": _summary(alert.summary),
                **({"inbox": alert.inbox} if alert.inbox else {}),
            }


def _listing(alert: MatchAlert) -> dict[str, Json]:
    """Every field, and what the message adds: the short id and a link only if it is a plain web
    address.
    """
    return {
        **alert.fields,
        "listing_id": alert.listing_id,
        "title": alert.title,
        "url": alert.link,
        "short_id": alert.short_id,
    }


def _summary(summary: DaySummary | None) -> Json:
    if summary is None:
        return None
    failing = {feed: instant(since) for feed, since in summary.failing.items()}
    counts = {
        "feeds": summary.feeds,
        "listings": summary.listings,
        "qualified": summary.qualified,
        "review": summary.review,
    }
    return {**counts, "nearest": summary.nearest or None, "failing": failing}


def _cleaned(value: Json) -> Json:
    """No control, bidi or surrogate characters in any text; lines of a description stay lines."""
    if isinstance(value, str):
        return "\n".join(clean(line) for line in value.splitlines())
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    return [_cleaned(item) for item in value] if isinstance(value, Sequence) else value

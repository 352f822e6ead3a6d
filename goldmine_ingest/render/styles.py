"""How text is written for one service, so that what comes from a feed stays text there: no markup,
no mention, no link of its own.

Every style takes text through `clean` and `unlink` first. A style that shows our own emphasis or
link writes it itself.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from goldmine_ingest.render.clean import ZWSP, clean, escape_controls, unlink
from goldmine_ingest.render.targets import TargetKind

Write = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Style:
    """`text` escapes hostile text, `strong` emphasises what is escaped already, `link` writes a
    safe link, `title` is for a title field.
    """

    text: Write
    strong: Write
    link: Write
    title: Write
    newline: str = "\n"


def _same(text: str) -> str:
    return text


def _plain(text: str) -> str:
    return unlink(clean(text))


def _html(text: str) -> str:
    return html.escape(_plain(text))


def _html_strong(text: str) -> str:
    return f"<b>{text}</b>"


def _html_link(url: str) -> str:
    return f'<a href="{html.escape(url)}">{html.escape(url)}</a>'


# Telegram makes /commands, #tags and $TAGS clickable inside the text.
_COMMAND = re.compile(r"(?<!\w)([/#](?=\w)|\$(?=[^\W\d_]))")


def _telegram(text: str) -> str:
    return html.escape(_COMMAND.sub(lambda found: found.group(1) + ZWSP, _plain(text)))


def _telegram_link(url: str) -> str:
    return f'<a href="{html.escape(url)}">Open the listing</a>'


_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-!|>~<&])")


def _markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", _plain(text)).replace("<", "<" + ZWSP)


def _markdown_strong(text: str) -> str:
    return f"**{text}**"


def _angle_link(url: str) -> str:
    return f"<{url}>"


def _named_link(url: str) -> str:
    """Adaptive Cards know no other link:
    https://learn.microsoft.com/en-us/adaptive-cards/authoring-cards/text-features.
    """
    return f"[Open the listing]({url.replace('(', '%28').replace(')', '%29')})"


_SLACK_MARKS = re.compile(r"([*_~`])")


def _slack(text: str) -> str:
    """Slack reads <…> as a link or mention, and takes & < > escaped; its marks only count beside
    a word, which U+200B ends.
    """
    text = _SLACK_MARKS.sub(ZWSP + r"\1" + ZWSP, _plain(text))
    return html.escape(text, quote=False)


def _slack_title(text: str) -> str:
    """Apprise escapes a Slack title itself."""
    return _plain(text)


def _slack_link(url: str) -> str:
    return f"<{html.escape(url, quote=False)}>"


_OPENERS = re.compile(r"([\[<*_~`|]|(?<=\])\()")


def _careful(text: str) -> str:
    """For a service that we don't know: whatever its markup is, its openers are taken apart by
    U+200B.
    """
    return _OPENERS.sub(r"\1" + ZWSP, _plain(text))


_PLAIN = Style(_plain, _same, _same, _plain)
_HTML = Style(_html, _html_strong, _html_link, _plain, newline="<br>\n")

STYLES: dict[TargetKind, Style] = {
    TargetKind.TERMINAL: Style(escape_controls, _same, _same, escape_controls),
    TargetKind.TELEGRAM: Style(_telegram, _html_strong, _telegram_link, _telegram),
    TargetKind.DISCORD: Style(_markdown, _markdown_strong, _angle_link, _markdown),
    TargetKind.SLACK: Style(_slack, _same, _slack_link, _slack_title),
    TargetKind.TEAMS: Style(_markdown, _markdown_strong, _named_link, _markdown, newline="  \n"),
    TargetKind.MATRIX: _HTML,
    TargetKind.SIGNAL: _PLAIN,
    TargetKind.WHATSAPP: Style(_careful, _same, _same, _careful),
    TargetKind.CHAT: Style(_careful, _same, _same, _careful),
    TargetKind.MAIL: _HTML,
    TargetKind.NTFY: _PLAIN,
    TargetKind.PUSHOVER: _PLAIN,
    TargetKind.GOTIFY: _PLAIN,
    TargetKind.SMS: _PLAIN,
    TargetKind.MARKDOWN: Style(_markdown, _markdown_strong, _angle_link, _markdown, newline="  \n"),
    TargetKind.WEBHOOK: Style(clean, _same, _same, clean),
    TargetKind.TEXT: Style(_careful, _same, _same, _careful),
}
PLAIN = _PLAIN

"""How text is written for one service, so that what comes from a feed stays text there: no markup,
no mention, no link of its own.

Every style takes text through `clean` and `unlink` first. A style that shows our own emphasis or
link writes it itself.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from goldmine_ingest.render.clean import ZWSP, clean, escape_controls, host_of, unlink
from goldmine_ingest.render.targets import TargetKind

Write = Callable[[str], str]
# Words and the addresses that they lead to.
Links = tuple[tuple[str, str], ...]


def _same(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Style:
    """`text` escapes hostile text, `strong` emphasises what is escaped already, `quote` sets it
    apart as somebody's words, `link` writes a safe link, `named` one with a text that is escaped
    already (None: the service has no such links), `title` is for a title field. `buttons` writes
    our own links beside each other.
    """

    text: Write
    strong: Write
    link: Write
    title: Write
    newline: str = "\n"
    quote: Write = _same
    named: Callable[[str, str], str] | None = None
    table: Callable[[Links], str] | None = None

    def buttons(self, links: Links) -> str:
        """Our own links: in a table of its own where the kind has one, as words where it has
        links with words, else the addresses.
        """
        if self.table:
            return self.table(links)
        named = self.named
        if named:
            return _BETWEEN.join(named(url, self.text(word)) for word, url in links)
        return self.newline.join(f"{self.text(word)}: {url}" for word, url in links)


_BETWEEN = " · "


def open_on(url: str) -> str:
    """What a link to a listing says: "Open on upwork.com"."""
    return f"Open on {host_of(url)}"


def _plain(text: str) -> str:
    return unlink(clean(text))


def _html(text: str) -> str:
    return html.escape(_plain(text))


def _html_strong(text: str) -> str:
    return f"<b>{text}</b>"


def _html_link(url: str) -> str:
    return _html_named(url, html.escape(url))


def _html_named(url: str, text: str) -> str:
    return f'<a href="{html.escape(url)}">{text}</a>'


def _html_quote(text: str) -> str:
    return f"<blockquote>{text}</blockquote>"


# Telegram makes /commands, #tags and $TAGS clickable inside the text.
_COMMAND = re.compile(r"(?<!\w)([/#](?=\w)|\$(?=[^\W\d_]))")


def _telegram(text: str) -> str:
    return html.escape(_COMMAND.sub(lambda command: command.group(1) + ZWSP, _plain(text)))


def _telegram_link(url: str) -> str:
    return _html_named(url, _html(open_on(url)))


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
    return _markdown_named(url, _markdown(open_on(url)))


def _markdown_named(url: str, text: str) -> str:
    return f"[{text}]({url.replace('(', '%28').replace(')', '%29')})"


def _discord_named(url: str, text: str) -> str:
    """In angle brackets: without a preview."""
    return f"[{text}](<{url}>)"


def _arrow_quote(text: str) -> str:
    return f"> {text}"


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


def _slack_named(url: str, text: str) -> str:
    return f"<{html.escape(url, quote=False)}|{text}>"


_OPENERS = re.compile(r"([\[<*_~`|]|(?<=\])\()")


def _careful(text: str) -> str:
    """For a service that we don't know: whatever its markup is, its openers are taken apart by
    U+200B.
    """
    return _OPENERS.sub(r"\1" + ZWSP, _plain(text))


# 44 px high, what a finger meets. Mail programs keep no style sheet, so it stands in each element.
_CELL = "padding:0 8px 0 0"
_BUTTON = (
    "display:inline-block;padding:0 18px;border:1px solid #8a8378;border-radius:7px;color:#1f1c17;"
    "background-color:#ffffff;font-weight:600;line-height:44px;text-decoration:none"
)


def _mail_buttons(links: Links) -> str:
    cells = "".join(
        f'<td style="{_CELL}"><a href="{html.escape(url)}" style="{_BUTTON}">{_html(word)}</a></td>'
        for word, url in links
    )
    return f'<table role="presentation" cellspacing="0" cellpadding="0"><tr>{cells}</tr></table>'


_PLAIN = Style(_plain, _same, _same, _plain)
_HTML = Style(_html, _html_strong, _html_link, _plain, "<br>\n", _html_quote, _html_named)

STYLES: dict[TargetKind, Style] = {
    TargetKind.TERMINAL: Style(
        escape_controls, _same, _same, escape_controls, quote=lambda text: f"  {text}"
    ),
    TargetKind.TELEGRAM: Style(
        *(_telegram, _html_strong, _telegram_link, _telegram),
        quote=_html_quote,
        named=_html_named,
    ),
    TargetKind.DISCORD: Style(
        *(_markdown, _markdown_strong, _angle_link, _markdown),
        quote=_arrow_quote,
        named=_discord_named,
    ),
    TargetKind.SLACK: Style(
        *(_slack, _same, _slack_link, _slack_title), quote=_arrow_quote, named=_slack_named
    ),
    TargetKind.TEAMS: Style(
        *(_markdown, _markdown_strong, _named_link, _markdown), "  \n", named=_markdown_named
    ),
    TargetKind.MATRIX: _HTML,
    TargetKind.SIGNAL: _PLAIN,
    TargetKind.WHATSAPP: Style(_careful, _same, _same, _careful),
    TargetKind.CHAT: Style(_careful, _same, _same, _careful),
    TargetKind.MAIL: replace(_HTML, table=_mail_buttons),
    TargetKind.NTFY: _PLAIN,
    TargetKind.PUSHOVER: _PLAIN,
    TargetKind.GOTIFY: _PLAIN,
    TargetKind.SMS: _PLAIN,
    TargetKind.MARKDOWN: Style(
        *(_markdown, _markdown_strong, _angle_link, _markdown), "  \n", named=_markdown_named
    ),
    TargetKind.WEBHOOK: Style(clean, _same, _same, clean),
    TargetKind.TEXT: Style(_careful, _same, _same, _careful),
}
PLAIN = _PLAIN

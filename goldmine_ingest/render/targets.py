"""The kinds of destinations, by the scheme of their URL, and what each one's service takes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class TargetKind(StrEnum):
    TERMINAL = "terminal"
    TELEGRAM = "telegram"
    DISCORD = "discord"
    SLACK = "slack"
    MATRIX = "matrix"
    MAIL = "mail"
    NTFY = "ntfy"
    PUSHOVER = "pushover"
    GOTIFY = "gotify"
    SMS = "sms"
    MARKDOWN = "markdown"
    WEBHOOK = "webhook"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Target:
    """`limit` is what one message may hold, title included, counted in `unit`: UTF-16 units, UTF-8
    bytes or code points.

    `titled`: the title goes in a field of its own (at most `title_limit` code points). `short`:
    phone-short, only what decides. `pace` is the pause in seconds that the service asks for between
    two messages.
    """

    kind: TargetKind
    body_format: Literal["text", "html", "markdown"]
    limit: int
    unit: Literal["utf16", "bytes", "points"] = "points"
    titled: bool = True
    title_limit: int = 200
    short: bool = False
    pace: float = 0.0

    def size(self, text: str) -> int:
        if self.unit == "bytes":
            return len(text.encode())
        return len(text.encode("utf-16-le")) // 2 if self.unit == "utf16" else len(text)


# Limits are each service's own (docs as of 2026-11): Telegram 4096 UTF-16 units after its entities
# are parsed (we count the markup too), Discord 2000, ntfy 4096 bytes, Pushover 1024 characters and
# a title of 250. Where a service has none or a huge one, ours: a message is read on a phone. Paces:
# Telegram one message a second to a chat, Slack one a second, Discord five in two seconds.
TARGETS: dict[TargetKind, Target] = {
    target.kind: target
    for target in (
        Target(TargetKind.TERMINAL, "text", 100_000),
        Target(TargetKind.TELEGRAM, "html", 4096, "utf16", titled=False, pace=1.0),
        Target(TargetKind.DISCORD, "markdown", 2000, "utf16", titled=False, pace=0.5),
        Target(TargetKind.SLACK, "text", 4000, "utf16", title_limit=150, pace=1.0),
        Target(TargetKind.MATRIX, "html", 16_000, "bytes", titled=False),
        Target(TargetKind.MAIL, "html", 50_000),
        Target(TargetKind.NTFY, "text", 4000, "bytes", title_limit=120, short=True),
        Target(TargetKind.PUSHOVER, "text", 1024, title_limit=200, short=True),
        Target(TargetKind.GOTIFY, "text", 4000, short=True),
        Target(TargetKind.SMS, "text", 320, titled=False, short=True),
        Target(TargetKind.MARKDOWN, "markdown", 3500, titled=False),
        Target(TargetKind.WEBHOOK, "text", 250_000),
        Target(TargetKind.TEXT, "text", 1000, title_limit=100, short=True),
    )
}

_SCHEMES: dict[TargetKind, str] = {
    TargetKind.TERMINAL: "terminal",
    TargetKind.TELEGRAM: "tgram",
    TargetKind.DISCORD: "discord",
    TargetKind.SLACK: "slack",
    TargetKind.MATRIX: "matrix matrixs",
    TargetKind.MAIL: "mailto mailtos",
    TargetKind.NTFY: "ntfy ntfys",
    TargetKind.PUSHOVER: "pover",
    TargetKind.GOTIFY: "gotify gotifys",
    TargetKind.SMS: (
        "twilio vonage nexmo clicksend sns msg91 messagebird d7sms smseagle smseagles bulksms"
        " signal signals whatsapp"
    ),
    TargetKind.MARKDOWN: (
        "mmost mmosts rocket rockets msteams workflow workflows wxteams webex guilded zulip"
    ),
    TargetKind.WEBHOOK: "json jsons xml xmls form forms",
}
_BY_SCHEME = {scheme: kind for kind, schemes in _SCHEMES.items() for scheme in schemes.split()}
_BY_HOST = {
    "discord.com": TargetKind.DISCORD,
    "discordapp.com": TargetKind.DISCORD,
    "hooks.slack.com": TargetKind.SLACK,
    "ntfy.sh": TargetKind.NTFY,
}


def kind_of(url: str) -> TargetKind:
    """The kind of destination that an Apprise URL (resolved) is; TEXT, the most careful one, for
    a scheme that the table doesn't know.
    """
    scheme, _, rest = url.strip().partition(":")
    scheme = scheme.lower()
    if scheme in ("http", "https"):
        host = rest.lstrip("/").partition("/")[0].partition("?")[0].lower()
        return _BY_HOST.get(host, TargetKind.TEXT)
    return _BY_SCHEME.get(scheme, TargetKind.TEXT)

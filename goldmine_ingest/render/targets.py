"""The kinds of destinations, by the scheme of their URL, and what each one's service takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal


class TargetKind(StrEnum):
    TERMINAL = "terminal"
    TELEGRAM = "telegram"
    DISCORD = "discord"
    SLACK = "slack"
    TEAMS = "teams"
    MATRIX = "matrix"
    SIGNAL = "signal"
    WHATSAPP = "whatsapp"
    CHAT = "chat"
    MAIL = "mail"
    NTFY = "ntfy"
    PUSHOVER = "pushover"
    GOTIFY = "gotify"
    SMS = "sms"
    MARKDOWN = "markdown"
    WEBHOOK = "webhook"
    TEXT = "text"


# What a lock screen shows: characters below a title, and of a line.
SHORT, SHORT_LINE = 320, 42


@dataclass(frozen=True, slots=True)
class Target:
    """`limit` is what one message may hold, title included, counted in `unit`: UTF-16 units, UTF-8
    bytes or code points.

    `titled`: the title goes in a field of its own (at most `title_limit` code points). `short`:
    phone-short, only what decides, at most SHORT characters below the title. `taps`: touching the
    message opens the listing, so that its link may stand back. `pace` is the pause in seconds that
    the service asks for between two messages.
    """

    kind: TargetKind
    body_format: Literal["text", "html", "markdown"]
    limit: int
    unit: Literal["utf16", "bytes", "points"] = "points"
    titled: bool = True
    title_limit: int = 200
    short: bool = False
    taps: bool = False
    pace: float = 0.0

    def size(self, text: str) -> int:
        if self.unit == "bytes":
            return len(text.encode())
        return len(text.encode("utf-16-le")) // 2 if self.unit == "utf16" else len(text)


# What most services of a kind take; a service that takes less has its own limit in SERVICES. Paces:
# Telegram one message a second to a chat, Slack one a second, Discord five in two seconds.
TARGETS: dict[TargetKind, Target] = {
    target.kind: target
    for target in (
        Target(TargetKind.TERMINAL, "text", 100_000),
        # After its entities are parsed; we count the markup too:
        # https://core.telegram.org/bots/api#sendmessage
        Target(TargetKind.TELEGRAM, "html", 4096, "utf16", titled=False, pace=1.0),
        # https://discord.com/developers/docs/resources/webhook#execute-webhook
        Target(TargetKind.DISCORD, "markdown", 2000, "utf16", titled=False, pace=0.5),
        # https://api.slack.com/changelog/2018-04-truncating-really-long-messages
        Target(TargetKind.SLACK, "text", 4000, "utf16", title_limit=150, pace=1.0),
        # 28 KB of card:
        # https://learn.microsoft.com/en-us/microsoftteams/limits-specifications-teams; ours, for a
        # screen
        Target(TargetKind.TEAMS, "markdown", 3500, titled=False),
        # 65,536 bytes of event, with the text twice in it:
        # https://spec.matrix.org/latest/client-server-api/#size-limits
        Target(TargetKind.MATRIX, "html", 16_000, "bytes", titled=False),
        # What its apps show without unfolding:
        # https://support.signal.org/hc/en-us/articles/360007320391
        Target(TargetKind.SIGNAL, "text", 2000, titled=False),
        # Text of a template's parameter, 4096 without one:
        # https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
        Target(TargetKind.WHATSAPP, "text", 1024, titled=False, short=True),
        # Ours: what the shortest of the services in this kind takes.
        Target(TargetKind.CHAT, "text", 4000, title_limit=150),
        # Ours; none of the services has one that a digest reaches.
        Target(TargetKind.MAIL, "html", 32_000),
        # https://docs.ntfy.sh/publish/#limitations: 4,096 bytes
        Target(TargetKind.NTFY, "text", 4000, "bytes", title_limit=120, short=True, taps=True),
        # https://pushover.net/api#limits: 1,024 characters, a title of 250
        Target(TargetKind.PUSHOVER, "text", 1024, title_limit=200, short=True, taps=True),
        # It has none; ours, for a phone.
        Target(TargetKind.GOTIFY, "text", 4000, short=True, taps=True),
        # Two parts of 160: what is longer costs more, and some networks cut it. Apprise's own 160
        # is one part, and cuts nothing.
        Target(TargetKind.SMS, "text", 320, titled=False, short=True),
        Target(TargetKind.MARKDOWN, "markdown", 3500, titled=False),
        # JSON for programs, whole.
        Target(TargetKind.WEBHOOK, "text", 250_000),
        # A service that we don't know: as most push services have it.
        Target(TargetKind.TEXT, "text", 1000, title_limit=100, short=True),
    )
}


@dataclass(frozen=True, slots=True)
class Service:
    """What we know of the service behind a scheme of Apprise. `limit`, if it takes less than its
    kind does; `title_limit` likewise.
    """

    schemes: str
    kind: TargetKind
    limit: int = 0
    title_limit: int = 0


# Every scheme that isn't TEXT with its 1,000 characters. The limits are those of Apprise's plugins
# (body_maxlen, title_maxlen), which name the page that each comes from; a test compares them.
SERVICES = (
    Service("terminal", TargetKind.TERMINAL),
    Service("tgram", TargetKind.TELEGRAM),
    Service("discord", TargetKind.DISCORD),
    Service("slack", TargetKind.SLACK),
    Service("workflow workflows", TargetKind.TEAMS),
    Service("matrix matrixs", TargetKind.MATRIX),
    Service("signal signals", TargetKind.SIGNAL),
    Service("whatsapp", TargetKind.WHATSAPP),
    Service("mailto mailtos", TargetKind.MAIL),
    # Mail through somebody's API
    Service(
        "azure o365 brevo mailersend mailgun postmark resend sendgrid sendpulse ses smtp2go"
        " sparkpost",
        TargetKind.MAIL,
    ),
    Service("ntfy ntfys", TargetKind.NTFY),
    Service("pover", TargetKind.PUSHOVER),
    Service("gotify gotifys", TargetKind.GOTIFY),
    Service("json jsons xml xmls form forms", TargetKind.WEBHOOK),
    Service("mmost mmosts rocket rockets zulip", TargetKind.MARKDOWN),
    Service(
        "webex wxteams", TargetKind.MARKDOWN, 2400
    ),  # 7,439 bytes: https://developer.webex.com/docs/api/v1/messages
    Service("guilded", TargetKind.MARKDOWN, 2000),
    # Long plain text: apprise:// hands it on to services of its own
    Service(
        "apprise apprises gchat line nctalk nctalks ncloud nclouds synology synologys zoom",
        TargetKind.CHAT,
    ),
    Service("threema", TargetKind.CHAT, 3000),  # 3,500 bytes
    Service(
        "46elks elks atalk bulksms bulkvs burstsms clickatell clicksend d7sms eight00com exotel"
        " freemobile httpsms kavenegar msg91 msgbird nexmo vonage notifyre octopush plivo ringc"
        " serwersms seven sfr sinch smpp smpps smsc smseagle smseagles smsmanager smsmgr sns twilio"
        " voipms",
        TargetKind.SMS,
    ),
    Service(
        "misskey misskeys notifico notificos mastodon mastodons toot toots", TargetKind.TEXT, 480
    ),
    Service("splunk victorops", TargetKind.TEXT, 400, 60),
    Service("irc ircs", TargetKind.TEXT, 380),
    Service("bluesky bsky tweet twitter x", TargetKind.TEXT, 280),
    Service("kumulos", TargetKind.TEXT, 240, 64),
    Service("strmlabs", TargetKind.TEXT, 255),
    Service("pushed", TargetKind.TEXT, 140),
)
_BY_SCHEME = {scheme: service for service in SERVICES for scheme in service.schemes.split()}
_UNKNOWN = Service("", TargetKind.TEXT)
# The webhook addresses that these services show in their own pages.
_BY_HOST = {
    "discord.com": "discord",
    "discordapp.com": "discord",
    "hooks.slack.com": "slack",
    "ntfy.sh": "ntfy",
    "chat.googleapis.com": "gchat",
}
_BY_DOMAIN = {".logic.azure.com": "workflows", ".api.powerplatform.com": "workflows"}


def target_of(url: str) -> Target:
    """What the service behind an Apprise URL (resolved) takes; for one that we don't know, the
    most careful guess.
    """
    service = _service(url)
    target = TARGETS[service.kind]
    limit, title_limit = service.limit or target.limit, service.title_limit or target.title_limit
    return replace(target, limit=limit, title_limit=min(title_limit, limit))


def kind_of(url: str) -> TargetKind:
    """The kind of destination that an Apprise URL (resolved) is; TEXT, the most careful one, for
    a scheme that the table doesn't know.
    """
    return _service(url).kind


def _service(url: str) -> Service:
    scheme, _, rest = url.strip().partition(":")
    scheme = scheme.lower()
    if scheme in ("http", "https"):
        host = rest.lstrip("/").partition("/")[0].partition("?")[0].partition(":")[0].lower()
        domain = next((name for end, name in _BY_DOMAIN.items() if host.endswith(end)), "")
        scheme = _BY_HOST.get(host, domain)
    return _BY_SCHEME.get(scheme, _UNKNOWN)

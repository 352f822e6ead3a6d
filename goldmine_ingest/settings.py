"""What the two configuration files say, typed. Reading and checking the files is config.py; nothing here reads anything.

Field names are the keys of the files, so that a dotted path in an error or a finding ('budget.fixed_minimum') is also the way here.
Durations are timedeltas. A criterion whose table is absent is None: off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

from goldmine_ingest.model.decision import DecisionKind, Exposure

CRITERIA = ("rules", "proof", "budget", "client", "scope", "first_step", "worth")


@dataclass(frozen=True, slots=True)
class Reference:
    """A setting that may be a secret: 'env:NAME', 'secret:PATH' or the value itself. Resolved by config.py, only when it is needed."""

    text: str = field(repr=False)

    @property
    def scheme(self) -> Literal["env", "secret", "literal"]:
        head = self.text.partition(":")[0]
        return "env" if head == "env" else "secret" if head == "secret" else "literal"

    def __str__(self) -> str:
        return self.text if self.scheme != "literal" else "***"


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """`wait` is how long a cycle waits for another program that has the history open; no key of the configuration changes it."""

    path: Path
    publish: Path | None = None
    publish_every: timedelta = timedelta(minutes=15)
    keep_raw: timedelta = timedelta(days=180)
    keep_polls: timedelta = timedelta(days=90)
    backups: int = 7
    wait: timedelta = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    every: timedelta = timedelta(minutes=5)
    heartbeat: Reference | None = None


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """`allow_private` are 'host:port' exceptions to the private-address guard. Sizes are bytes."""

    user_agent: str = "goldmine-ingest"
    concurrency: int = 8
    per_host: int = 2
    host_spacing: timedelta = timedelta(milliseconds=250)
    allow_private: tuple[str, ...] = ()
    proxy: Reference | None = None
    proxy_from_env: bool = False
    max_wire: int = 5 * 1024 * 1024
    max_body: int = 10 * 1024 * 1024
    connect_timeout: timedelta = timedelta(seconds=5)
    idle_timeout: timedelta = timedelta(seconds=10)
    total_timeout: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a feed's first sight brings: nothing ('none'), everything ('all'), or what is not older than `within`."""

    kind: Literal["none", "all", "within"] = "none"
    within: timedelta | None = None


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """`max_age` None: no limit. `uncertain`: what to do when a send may have arrived."""

    backlog: Backlog = Backlog()
    max_age: timedelta | None = timedelta(hours=24)
    uncertain: Literal["resend", "hold"] = "resend"
    repost_window: timedelta = timedelta(days=30)


FeedKind = Literal["http", "file", "imap", "maildir", "eml", "drop", "webhook"]


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """One [[feed]]. `every` None: 'auto'. `backlog` and `max_age` are already resolved against [alerts].

    `kind` is 'http', 'file', 'imap', 'maildir', 'eml', 'drop' or 'webhook'; for 'http' an env: or secret: reference is assumed to hold
    an http(s) URL until it is resolved. `path` is set for file, maildir, eml and drop; `account` for imap and webhook.
    """

    name: str
    url: Reference
    kind: FeedKind = "http"
    path: Path | None = None
    account: str | None = None
    platform: str = "auto"
    every: timedelta | None = timedelta(minutes=5)
    enabled: bool = True
    headers: Mapping[str, Reference] = field(default_factory=dict)
    proofs: tuple[str, ...] = ()
    backlog: Backlog = Backlog()
    max_age: timedelta | None = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """One [imap.NAME]: where alert mails are read, read-only."""

    name: str
    host: str
    user: Reference
    password: Reference
    folder: str = "INBOX"
    port: int = 993


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """One [webhook.NAME]: a receiver within `goldmine serve`, on loopback unless said otherwise."""

    name: str
    token: Reference
    listen: str = "127.0.0.1:8787"
    max_bytes: int = 1024 * 1024


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` in the destination's own time zone; over midnight if end is before start."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class DestinationSettings:
    """One [[notify]]. `timezone` None: the computer's. Empty filters mean all."""

    name: str
    url: Reference
    mode: Literal["instant", "digest"] = "instant"
    digest_at: tuple[time, ...] = (time(18, 0),)
    timezone: str | None = None
    quiet_hours: QuietHours | None = None
    minimum_score: Decimal = Decimal(0)
    maximum_score: Decimal = Decimal(100)
    feeds: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    decisions: tuple[DecisionKind, ...] = ("qualified", "review")
    max_per_hour: int = 20

    @property
    def is_terminal(self) -> bool:
        return self.url.text == "terminal"


Unknown = Literal["pass", "review", "fail"]

DEFAULT_UNKNOWN: Mapping[str, Unknown] = {
    "rules": "pass",
    "proof": "fail",
    "budget": "review",
    "client": "pass",
    "scope": "pass",
    "first_step": "pass",
    "worth": "pass",
}
DEFAULT_WEIGHTS: Mapping[str, Decimal] = {
    "proof": Decimal(3),
    "budget": Decimal(2),
    "scope": Decimal(2),
    "client": Decimal(1),
    "first_step": Decimal(1),
    "worth": Decimal(1),
    "rules": Decimal(0),
}


@dataclass(frozen=True, slots=True)
class DecisionSettings:
    """[decision]. `require` None: every criterion that is on."""

    require: tuple[str, ...] | None = None
    minimum_score: Decimal = Decimal(0)
    unknown: Mapping[str, Unknown] = field(default_factory=lambda: DEFAULT_UNKNOWN)
    weights: Mapping[str, Decimal] = field(default_factory=lambda: DEFAULT_WEIGHTS)


@dataclass(frozen=True, slots=True)
class MeSettings:
    """[me]. `languages` empty: any."""

    country: str | None = None
    timezone: str | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RulesSettings:
    """[rules]. Patterns are phrases, or RE2 patterns between slashes. `pay` empty: any."""

    include: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    countries_exclude: tuple[str, ...] = ()
    pay: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProofSettings:
    """One [[proof]]: finished work that the user can show."""

    name: str
    url: str | None = None
    result: str | None = None
    offer: str | None = None
    skills: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    first_step: str | None = None
    exposure: Exposure | None = None
    want: Decimal = Decimal(1)
    fixed_minimum: Decimal | None = None
    hourly_minimum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ProofMatchSettings:
    minimum: Decimal = Decimal("0.35")


Bound = Literal["low", "middle", "high"]


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """[budget]. Floors are in `currency`, hourly ones per hour. None: no floor."""

    currency: str = "USD"
    fixed_minimum: Decimal | None = None
    hourly_minimum: Decimal | None = None
    fixed_bound: Bound = "high"
    hourly_bound: Bound = "high"


@dataclass(frozen=True, slots=True)
class ClientSettings:
    payment_verified: bool | None = None
    spent_minimum: Decimal | None = None
    hire_rate_minimum: Decimal | None = None
    rating_minimum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ScopeSettings:
    production: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    built_in: bool = True


@dataclass(frozen=True, slots=True)
class FirstStepSettings:
    minimum_specificity: Decimal = Decimal("0.4")


@dataclass(frozen=True, slots=True)
class WorthSettings:
    """[worth]. Money in the base currency; `maximum_proposals` None: no limit."""

    win_rate: Decimal = Decimal("0.1")
    hourly_value: Decimal = Decimal(40)
    hours_per_proposal: Decimal = Decimal("0.5")
    connect_price: Decimal = Decimal("0.15")
    typical_connects: int = 12
    minimum_value: Decimal = Decimal(0)
    maximum_proposals: int | None = None


@dataclass(frozen=True, slots=True)
class CriteriaSettings:
    """criteria.toml. None: that criterion is off (`rules` is on if `rules` or `me` is there; `proof` if there is a proof).

    `base_currency` is [budget] currency, or USD without a [budget] table. `criteria_hash` names this text, with the term frequencies
    that are in force, for ever; `text` is the file as it was read. `aliases` are the user's own [aliases] SKILL = ["other name"].
    """

    decision: DecisionSettings = DecisionSettings()
    me: MeSettings | None = None
    rules: RulesSettings | None = None
    proofs: tuple[ProofSettings, ...] = ()
    proof_match: ProofMatchSettings = ProofMatchSettings()
    budget: BudgetSettings | None = None
    client: ClientSettings | None = None
    scope: ScopeSettings = ScopeSettings()
    first_step: FirstStepSettings = FirstStepSettings()
    worth: WorthSettings | None = None
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    terms: Mapping[str, int] | None = field(default=None, repr=False)
    criteria_hash: str = ""
    text: str = field(default="", repr=False)

    @property
    def base_currency(self) -> str:
        return self.budget.currency if self.budget else "USD"


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """[workers]. `batches` is the place that workers and loader share (an fsspec URL), `shards` the number of parts of the feeds."""

    batches: str
    shards: int = 4


@dataclass(frozen=True, slots=True)
class Project:
    """Both files and where they lie. `home` is the project folder, `config_path` the goldmine.toml that was read."""

    home: Path
    config_path: Path
    database: DatabaseSettings
    schedule: ScheduleSettings
    fetch: FetchSettings
    alerts: AlertSettings
    feeds: tuple[FeedSettings, ...]
    destinations: tuple[DestinationSettings, ...]
    criteria: CriteriaSettings
    imap: Mapping[str, ImapSettings] = field(default_factory=dict)
    webhooks: Mapping[str, WebhookSettings] = field(default_factory=dict)
    workers: WorkerSettings | None = None
    warnings: tuple[tuple[str, str], ...] = ()

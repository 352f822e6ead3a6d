"""The values that travel through a cycle, one type per stage, so that a name tells where a value came from.

    Fetched -> FeedDocument -> RawEntry -> Posting -> Listing -> Decision -> AlertEvent

Everything here is frozen and holds no connection, no clock and no setting. Times are aware UTC datetimes, money is Decimal, and what a
listing does not say is None: never 0, never "".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

# What json.loads gives. (A recursive alias would force casts at every use; the readers of such values check what they take.)
Json = Any


class Outcome(StrEnum):
    """How a poll of one feed ended; the words of the `polls` view."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    PARTIAL = "partial"
    EMPTY_SUSPICIOUS = "empty_suspicious"
    NOT_A_FEED = "not_a_feed"
    AUTH = "auth"
    BLOCKED = "blocked"
    GONE = "gone"
    HTTP_ERROR = "http_error"
    RATE_LIMITED = "rate_limited"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    BAD_ENCODING = "bad_encoding"
    REDIRECT_LIMIT = "redirect_limit"
    FORBIDDEN_ADDRESS = "forbidden_address"
    DNS = "dns"
    TLS = "tls"
    REFUSED = "refused"
    PARSE_TIMEOUT = "parse_timeout"
    ERROR = "error"

    @property
    def good(self) -> bool:
        """The feed answered and all that it holds is known: taken in whole, or nothing had changed."""
        return self in (Outcome.OK, Outcome.NOT_MODIFIED)

    @property
    def brought_entries(self) -> bool:
        """Entries were taken in; from a body that broke off, those that were whole."""
        return self in (Outcome.OK, Outcome.PARTIAL)


@dataclass(frozen=True, slots=True)
class Validators:
    """ETag and Last-Modified exactly as the server sent them; they go back byte for byte."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """One feed to ask. `url` and the header values may be secrets: never log a request."""

    feed: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    validators: Validators = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What asking a feed brought. `outcome` is OK (a body to read), NOT_MODIFIED, or the class of the failure.

    `error` is a sentence for a person; it names no URL. `retry_after` is in seconds from the answer, as the server asked,
    not yet clamped. `url` is where the answer came from after redirects (a secret like the feed's own URL).
    `moved_host` is the new host when redirects ended on another one. `local`: the fault lies on this machine (a missing variable or
    file) and nobody was asked, so that there is nothing to be gentle with.
    """

    feed: str
    outcome: Outcome
    started_at: datetime
    status: int | None = None
    body: bytes = field(default=b"", repr=False)
    content_type: str = ""
    url: str = field(default="", repr=False)
    validators: Validators = Validators()
    retry_after: float | None = None
    wire_bytes: int = 0
    error: str | None = None
    moved_host: str | None = None
    local: bool = False


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry as the feed gave it, before anyone has interpreted it; stored, so that a better reader can read it again.

    Text fields hold what stood between the tags after XML or JSON decoding (so they may still hold HTML and entities).
    `published` and `updated` are as written. `extra` keeps every other element by its prefixed name (lists where repeated), or the
    whole JSON object of a JSON board, or the headers and lines of a mail.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    body: str = ""
    published: str = ""
    updated: str = ""
    categories: tuple[str, ...] = ()
    author: str = ""
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """A parsed feed. `kind` is 'rss', 'atom', 'rdf', 'json' or 'mail'.

    `complete` is False when the document broke off: the entries are those that were closed. `problem` says what was odd, for a person.
    `ttl` is the pace in seconds that the feed itself asks for, if it does; in its `skip_hours` (0 to 23, UTC) it asks to be left alone.
    `keys` are the field names that the entries use, for
    recognising a platform by its vocabulary.
    """

    kind: str
    title: str = ""
    link: str = ""
    generator: str = ""
    ttl: float | None = None
    skip_hours: frozenset[int] = frozenset()
    entries: tuple[RawEntry, ...] = ()
    skipped: int = 0
    complete: bool = True
    problem: str | None = None
    keys: frozenset[str] = frozenset()


PayKind = Literal["fixed", "hourly", "salary"]
PayPeriod = Literal["hour", "day", "week", "month", "year", "project"]
Exposure = Literal["automatable", "ai-assisted", "human-critical"]


@dataclass(frozen=True, slots=True)
class Posting:
    """What one entry says of a job, normalised. None means that it does not say. Fields bear the names of the `listings` view.

    `platform` is the marketplace that holds the job, by its link (a Vollna feed carries Upwork postings); `url` is canonical: no
    tracking parameters, http(s) only. `guid` is the feed's own id of the entry. Amounts are as stated, in `currency`; client amounts
    are in `client_currency`. `open_to` are ISO alpha-2 codes; empty means open to all or not said. `language` is ISO 639-1.
    """

    platform: str
    title: str
    description: str = ""
    url: str | None = None
    platform_job_id: str | None = None
    guid: str | None = None
    posted_at: datetime | None = None
    expires_at: datetime | None = None
    pay: PayKind | None = None
    pay_period: PayPeriod | None = None
    budget_min: Decimal | None = None
    budget_max: Decimal | None = None
    currency: str | None = None
    skills: tuple[str, ...] = ()
    category: str | None = None
    country: str | None = None
    open_to: tuple[str, ...] = ()
    timezones: tuple[str, ...] = ()
    language: str | None = None
    truncated: bool = False
    company: str | None = None
    experience_level: Literal["entry", "intermediate", "expert"] | None = None
    duration: str | None = None
    hours_per_week: Decimal | None = None
    connects: int | None = None
    proposals_min: int | None = None
    proposals_max: int | None = None
    interviewing: int | None = None
    client_payment_verified: bool | None = None
    client_spent: Decimal | None = None
    client_hires: int | None = None
    client_posted_jobs: int | None = None
    client_hire_rate: Decimal | None = None
    client_rating: Decimal | None = None
    client_reviews: int | None = None
    client_avg_hourly: Decimal | None = None
    client_currency: str | None = None


@dataclass(frozen=True, slots=True)
class BaseAmounts:
    """Amounts in the user's base currency, at the rate of the first sighting's day. None: not stated, or no rate is known."""

    budget_min: Decimal | None = None
    budget_max: Decimal | None = None
    client_spent: Decimal | None = None
    client_avg_hourly: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A job in the history: a posting with its identity. What the criteria judge."""

    listing_id: str
    posting: Posting
    first_seen_at: datetime
    base: BaseAmounts = BaseAmounts()
    revision: int = 0
    repost_of: str | None = None


Verdict = Literal["pass", "fail", "unknown"]
DecisionKind = Literal["qualified", "review", "rejected"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one criterion says of one listing, with what it rests on.

    `score` is 0 to 1 (0 for unknown). `value` and `threshold` are in `unit` (an ISO currency, 'USD/hour', 'share', 'score', 'proposals'
    …), None where nothing is measured. `evidence` quotes the listing's own words, never invented. `setting` is the dotted path in
    criteria.toml that decided, e.g. 'budget.fixed_minimum'. Red flags bear the criterion 'flag:NAME' and the verdict 'fail'.
    """

    criterion: str
    verdict: Verdict
    score: Decimal
    reason: str
    value: Decimal | None = None
    threshold: Decimal | None = None
    unit: str | None = None
    evidence: tuple[str, ...] = ()
    setting: str | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """What the criteria measure of a listing before any threshold is laid on it; stored, so that other thresholds need no text.

    `text_key` (64 bits) names every setting that measuring depends on. `similarities` are 0 to 1, one for each proof in the order of their
    names, None where the feed doesn't judge by it. `silent`: a missing sign proves nothing (the text is cut, or without word lists).
    `low` and `high` are the pay in the base currency, per hour if `hourly`; `effort` the hours that the text states, `hours` those of the
    whole job; `hire_rate` as it counts, few jobs drawn towards one half; `proposals` how many have applied.
    """

    text_key: int
    rules: Verdict | None
    similarities: tuple[Decimal | None, ...]
    scope: Verdict
    scope_score: Decimal
    specificity: Decimal
    silent: bool
    pay_known: bool
    hourly: bool
    low: Decimal | None
    high: Decimal | None
    effort: Decimal | None
    hours: Decimal | None
    payment_verified: bool | None
    spent: Decimal | None
    hire_rate: Decimal | None
    rating: Decimal | None
    connects: int | None
    proposals: int | None


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on a listing under one version of the criteria. `score` is 0 to 100 with two decimals.

    `proof` names the best matching [[proof]] (None: none); `first_step` is the sentence to start with; `reason` says in one line why
    the listing is not qualified (empty if it is).
    """

    listing_id: str
    criteria_hash: str
    decision: DecisionKind
    score: Decimal
    findings: tuple[Finding, ...]
    proof: str | None = None
    first_step: str | None = None
    exposure: Exposure | None = None
    reason: str = ""
    measures: Measures | None = field(default=None, compare=False, repr=False)

    def finding(self, criterion: str) -> Finding | None:
        return next((f for f in self.findings if f.criterion == criterion), None)


class FeedCondition(StrEnum):
    """The state of a feed in the `feeds` view."""

    OK = "ok"
    BACKOFF = "backoff"
    PAUSED = "paused"
    HELD = "held"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class FeedState:
    """What the history knows of a feed between two polls; one row per feed, replaced in the poll's own transaction.

    `body_hash` is that of the last body taken in whole. `last_full_at` is the last good answer to an unconditional request.
    `seen_entries` is True once a poll brought entries (the first such poll is the feed's first sight). `origin` is the host and the
    channel title of what was last taken in, to notice a feed whose content was swapped. `not_found` counts 404 answers in a row.
    `last_poll_at` is when the last poll began: one that began before it and comes later doesn't move the state back.
    """

    feed: str
    platform: str | None = None
    validators: Validators = Validators()
    body_hash: str | None = None
    last_ok_at: datetime | None = None
    last_full_at: datetime | None = None
    last_error: str | None = None
    last_outcome: Outcome | None = None
    consecutive_failures: int = 0
    not_found: int = 0
    condition: FeedCondition = FeedCondition.OK
    interval_s: float = 300.0
    next_poll_at: datetime | None = None
    retry_after_until: datetime | None = None
    last_new_at: datetime | None = None
    seen_entries: bool = False
    good_polls: int = 0
    empty_polls: int = 0
    origin: str | None = None
    ttl: float | None = None
    last_poll_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PollRecord:
    """One row of the `polls` view."""

    run_id: str
    feed: str
    started_at: datetime
    outcome: Outcome
    http_status: int | None = None
    bytes: int = 0
    entries: int = 0
    new_listings: int = 0
    skipped: int = 0
    error: str | None = None


AliasKind = Literal["platform_id", "link", "guid", "fingerprint"]


@dataclass(frozen=True, slots=True)
class Alias:
    """One name under which a job can come back. `digest` is 32 hex digits of SHA-256, so that no secret in a link or guid is kept."""

    kind: AliasKind
    digest: str


@dataclass(frozen=True, slots=True)
class KnownAlias:
    """An alias as stored, with the listing that it means (one alias may mean several: a reused guid)."""

    kind: AliasKind
    digest: str
    listing_id: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class TextKey:
    """One of the keys under which a listing's text is found by texts that are nearly the same (near.py); 32 bits."""

    key: int
    listing_id: str


@dataclass(frozen=True, slots=True)
class Observation:
    """The live facts of a listing at one time, stored when one of them changed."""

    listing_id: str
    seen_at: datetime
    proposals_min: int | None
    proposals_max: int | None
    interviewing: int | None
    connects: int | None


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry to keep as it came (secrets of the feed's own URL replaced), and the listing that it was read as.

    `kind` is that of the document ('rss', 'json', 'mail' …) and `source` the reader that it had: what reading it again needs.
    """

    listing_id: str
    feed: str
    seen_at: datetime
    digest: str
    raw: RawEntry
    kind: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class ListingVersion:
    """A listing to store: its first version (revision 0) or an edit. `changes` maps a field to its old and new value."""

    listing: Listing
    seen_at: datetime
    text_hash: str
    changes: Mapping[str, tuple[Json, Json]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """What the criteria need from one text, extracted once and stored under the hash of title, description and skills."""

    text_hash: str
    payload: str


AlertKind = Literal["match", "changed", "notice", "digest", "test"]
AlertState = Literal["owed", "held", "sent", "retrying", "uncertain", "dead", "suppressed"]
AlertEventKind = Literal["owed", "held", "attempt", "sent", "retry", "uncertain", "dead", "suppressed"]


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """One line of the append-only ledger. The state of an alert is that of its newest event ('attempt' without a successor: uncertain).

    `alert_id` is the SHA-256 of listing, kind and destination, so that the same alert can't be owed twice. `reason` is a sentence for a
    person. `next_try_at` is set with 'retry' and 'held'. The first event of an alert carries what every later one repeats: listing,
    kind, destination, score. Notices have no listing; their `subject` says what they are about.
    """

    alert_id: str
    event: AlertEventKind
    event_at: datetime
    destination: str
    kind: AlertKind
    listing_id: str | None = None
    subject: str | None = None
    score: Decimal | None = None
    attempt: int = 0
    reason: str = ""
    next_try_at: datetime | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert that isn't finished: owed, held, retrying, uncertain or in the middle of an attempt. Folded from its events by ledger.py.

    `for_digest`: its first event was 'held', it only ever goes out in a digest. `may_repeat`: it was uncertain once, so that a repeat is
    marked. `attempts` counts the sends that failed by the message's own fault or passingly, not probes of a destination that is down.
    """

    alert_id: str
    destination: str
    kind: AlertKind
    listing_id: str | None
    subject: str | None
    score: Decimal | None
    enqueued_at: datetime
    last_event: AlertEventKind
    last_event_at: datetime
    attempts: int
    reason: str
    next_try_at: datetime | None
    for_digest: bool = False
    may_repeat: bool = False


@dataclass(frozen=True, slots=True)
class SendResult:
    """What became of one send to one destination. `reason` is a sentence for a person and holds no secret; `took` is in seconds.

    'sent': the service took it. 'passing': it failed in a way that passes (5xx, 429, no connection). 'refused': the service doesn't want
    this message (400, 413, 422). 'down': the destination itself is wrong (401, 403, 404, 410). 'uncertain': it may have arrived.
    'not_begun': no request had begun. `retry_after` is in seconds, as the service asked.
    """

    state: Literal["sent", "passing", "refused", "down", "uncertain", "not_begun"]
    reason: str = ""
    http_status: int | None = None
    retry_after: float | None = None
    took: float = 0.0


@dataclass(frozen=True, slots=True)
class FeedChanges:
    """Everything that one poll of one feed changes; stored in one transaction or not at all.

    `present` maps the digest of each entry now in the feed to its listing (None: the feed's entries were not read, nothing changes).
    """

    poll: PollRecord
    state: FeedState
    versions: tuple[ListingVersion, ...] = ()
    aliases: tuple[KnownAlias, ...] = ()
    text_keys: tuple[TextKey, ...] = ()
    entries: tuple[StoredEntry, ...] = ()
    observations: tuple[Observation, ...] = ()
    features: tuple[TextFeatures, ...] = ()
    decisions: tuple[Decision, ...] = ()
    events: tuple[AlertEvent, ...] = ()
    present: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Reread:
    """What reading stored raw entries again changes of known jobs; stored in one transaction. `events` are suppressed alerts only."""

    versions: tuple[ListingVersion, ...] = ()
    aliases: tuple[KnownAlias, ...] = ()
    text_keys: tuple[TextKey, ...] = ()
    features: tuple[TextFeatures, ...] = ()
    decisions: tuple[Decision, ...] = ()
    events: tuple[AlertEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class CycleRecord:
    """One row of the `runs` view."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None = None
    polled: int = 0
    failed: int = 0
    new_listings: int = 0
    qualified: int = 0
    sent: int = 0


Stage = Literal["pursued", "viewed", "replied", "interviewed", "hired", "declined", "withdrawn", "skipped"]
Rated = Literal["good", "bad"]
Because = Literal["proof", "budget", "client", "scope", "other"]


@dataclass(frozen=True, slots=True)
class Pursuit:
    """One recorded event of a proposal: the user did something about a listing, or something came of it. One row of the `pursuits` view.

    `connects` is what the proposal cost; `amount` what was asked or earned, in the base currency; `objection` a tag for why it failed.
    """

    listing_id: str
    stage: Stage
    at_time: datetime
    connects: int | None = None
    amount: Decimal | None = None
    objection: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """The user's word on a listing, and which criterion it is about. One row of the `ratings` view; the newest counts."""

    listing_id: str
    rating: Rated
    because: Because | None
    at_time: datetime


ContactKind = Literal["referral", "case_study", "publication", "past_client", "offer"]


@dataclass(frozen=True, slots=True)
class Contact:
    """One step on a second path to clients, outside the marketplaces. One row of the `contacts` view; `amount` in the base currency."""

    contact_id: str
    at_time: datetime
    kind: ContactKind
    note: str | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """A declared reality test: one client problem, one offer, for so many days. One row of the `trials` view.

    `criteria_hash` is that of the criteria when it began; `ended_at` is None unless a person ended it.
    """

    name: str
    problem: str
    offer: str
    started_at: datetime
    days: int
    ended_at: datetime | None = None
    criteria_hash: str | None = None

    @property
    def ends_at(self) -> datetime:
        """When it was ended, else when its days are over."""
        return self.ended_at or self.started_at + timedelta(days=self.days)

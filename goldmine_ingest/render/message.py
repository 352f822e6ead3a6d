"""The typed messages: what is to be said, before anyone has decided how it looks on a phone, in a
chat or in a mail.

Text in here is plain and still hostile: it comes from feeds. Each kind of destination escapes it
for itself (styles.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from goldmine_ingest.model import Json
from goldmine_ingest.model.alert import Topic
from goldmine_ingest.model.decision import DecisionKind
from goldmine_ingest.model.press import ActionLinks, Buttons

# characters of a listing id (of an alert id for a notice) that `goldmine track` and a person can
# use
SHORT_ID = 8


@dataclass(frozen=True, slots=True)
class OpinionWords:
    """What a language model read out of a listing: `ask` and the quote in `doubt` are the listing's
    own words; `first_step` is the model's idea, which may be wrong. Empty: nothing to say.
    """

    ask: str = ""
    first_step: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class MatchAlert:
    """One listing worth a proposal (or, in a digest, worth a look). Empty text and None: nothing to
    say, the line is left out.

    `pay` is as the listing states it, `pay_base` the same in the base currency (empty if it is the
    same one). `excerpt` is what is quoted of the client's words: the ask, where one was found.
    `lead` is the best proof's name with its first step, of a qualified listing; `nearest` the name
    alone, of any other. `client` is what is known of who asks, `client_note` what an
    earlier job of theirs tells. `check` are the unknown findings
    (of facts that the listing's feeds state now and then), `flags` the red flags, `quotes` the
    words that the proof was found by. `link` is http(s) without userinfo, or None; then `link_text`
    is what the listing gave. `opinion` is what a language model said, where one was asked. `fields`
    is every field of listing and decision, for webhooks.
    """

    listing_id: str
    title: str
    decision: DecisionKind
    score: Decimal
    platform: str = ""
    company: str = ""
    pay: str = ""
    pay_base: str = ""
    proof: str = ""
    result: str = ""
    offer: str = ""
    quotes: tuple[str, ...] = ()
    first_step: str = ""
    ask: str = ""
    excerpt: str = ""
    lead: str = ""
    nearest: str = ""
    check: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    age: str = ""
    expires: str = ""
    competition: str = ""
    connects: str = ""
    country: str = ""
    client: str = ""
    client_note: str = ""
    host: str = ""
    feeds: tuple[str, ...] = ()
    link: str | None = None
    link_text: str = ""
    may_repeat: bool = False
    links: ActionLinks | None = None
    opinion: OpinionWords = field(default_factory=OpinionWords)
    fields: Mapping[str, Json] = field(default_factory=dict, repr=False)

    @property
    def short_id(self) -> str:
        return self.listing_id[:SHORT_ID]


@dataclass(frozen=True, slots=True)
class DaySummary:
    """What a day's digest says of the watch itself, so that quiet is explained: nothing qualified
    is not the same as nothing polled.

    `nearest` is the criterion that turned away the best of the rejected (empty: none). `failing`
    maps a feed to the time since when. `opinion` says how many listings have no opinion, and why.
    """

    feeds: int
    listings: int
    qualified: int
    review: int
    nearest: str = ""
    failing: Mapping[str, datetime] = field(default_factory=dict)
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class DigestAlert:
    """Several listings in one message, best first; those for review are marked. With no items it is
    the day's summary alone.

    `notices` come first: they are few, and say that something is broken. `inbox` is where its
    reader has the page; "" where there is no way to it.
    """

    items: tuple[MatchAlert, ...]
    summary: DaySummary | None = None
    notices: tuple[NoticeAlert, ...] = ()
    inbox: str = ""


@dataclass(frozen=True, slots=True)
class NoticeAlert:
    """A word about the program's own health. `topic` and `about` (a feed, a destination; '' for
    none) tell what it is about; `lines` say what happened and what to do.
    """

    topic: Topic
    about: str
    headline: str
    lines: tuple[str, ...] = ()
    short_id: str = ""
    may_repeat: bool = False

    @property
    def subject(self) -> str:
        """What it is about in one word: 'feed:upwork-python', 'deadman'."""
        return f"{self.topic}:{self.about}" if self.about else str(self.topic)


@dataclass(frozen=True, slots=True)
class TestAlert:
    """`goldmine notify test`: a match that looks real, marked as a test."""

    __test__ = False  # pytest must not collect it

    destination: str
    match: MatchAlert


Alert = MatchAlert | DigestAlert | NoticeAlert | TestAlert


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready for one kind of destination.

    `body_format` is 'text', 'html' or 'markdown', already escaped. `size` is the whole message's
    length in the unit that the service counts (see targets.py). `plain` is the same as text, for a
    service that refuses the markup. `shown` names what it tells: listing ids, the short ids of a
    digest's notices, "summary". What isn't in it didn't fit, and must stay open. `tap` is where a
    touch of the whole message leads, where a service has that: the listing, of a digest the inbox;
    "" for nowhere.
    `buttons` are put below it where the service can carry them.
    """

    title: str
    body: str
    body_format: Literal["text", "html", "markdown"]
    size: int
    plain: str
    shown: tuple[str, ...] = ()
    tap: str = ""
    buttons: Buttons | None = None
    attachments: None = None

"""[[notify]]: who is told what, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from goldmine_ingest.settings import codes, kinds
from goldmine_ingest.settings.declaration import needed, setting
from goldmine_ingest.settings.kinds import Kind, Wrong
from goldmine_ingest.settings.platform_names import PLATFORMS
from goldmine_ingest.settings.quantities import clock, clocks
from goldmine_ingest.settings.reference import NOTHING, Reference, read_reference, reference

if TYPE_CHECKING:
    from goldmine_ingest.model.decision import DecisionKind

_ADDRESS = 'an Apprise URL such as ntfy://TOPIC, env:NAME, secret:PATH or "terminal"'
# As other programs take several: Apprise would read the second as a part of the first one's path.
_SECOND = re.compile(r"[\s,;]+[A-Za-z][A-Za-z0-9+.-]*://")
ONE_EACH = "one [[notify]] for each address (a comma that belongs to it as %2C)"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` in the destination's own time zone; over midnight if end is before
    start.
    """

    start: time
    end: time


def holds_several(url: str) -> bool:
    """Whether a text holds more than one address."""
    return _SECOND.search(url) is not None


def _apprise_address(value: Any) -> Reference:
    """Whether Apprise takes it is found out when it is used."""
    try:
        reference = read_reference(value)
    except Wrong as wrong:
        raise Wrong(wrong.message, _ADDRESS) from wrong
    if (
        reference.scheme == "literal"
        and reference.text != "terminal"
        and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", reference.text)
    ):
        raise Wrong("is not an address that a destination can have", _ADDRESS)
    if reference.scheme == "literal" and holds_several(reference.text):
        raise Wrong("holds more than one address", ONE_EACH)
    return reference


# Any Apprise URL, a reference to one, or "terminal".
apprise_address = Kind(
    _apprise_address,
    {"type": "string", "pattern": "^(terminal$|env:.|secret:.|[A-Za-z][A-Za-z0-9+.-]*://)"},
)
_QUIET = Kind(lambda value: QuietHours(*clocks(value)), clocks.schema)
_SCORE = kinds.number(0, 100)


@dataclass(frozen=True, slots=True)
class DestinationSettings:
    """One [[notify]]. `timezone` None: the computer's. Empty filters mean all.

    A destination whose url names several recipients is as many of these while it is used, each with
    a `slot` (of which its alert ids are made; '' for the first) and `recipient`, what the ledger
    and every report call it. With one recipient that is ''.
    """

    name: str = field(
        metadata=needed(
            kinds.name,
            "unique; keep it when the token changes, and nothing is sent twice",
            example="phone",
        )
    )
    url: Reference = field(
        metadata=needed(
            apprise_address,
            'any Apprise URL, env:NAME, secret:PATH, or "terminal": prints where goldmine runs',
            example="env:TELEGRAM_URL",
            missing=NOTHING,
        )
    )
    mode: Literal["instant", "digest"] = setting(
        kinds.choice("instant", "digest"), "instant", '"digest": everything waits for digest_at'
    )
    digest_at: tuple[time, ...] = setting(
        kinds.each(clock), ["18:00"], "when review listings, what was held and the summary come"
    )
    timezone: str | None = setting(
        codes.timezone, None, "default: the computer's", example="Europe/Berlin"
    )
    quiet_hours: QuietHours | None = setting(
        kinds.or_word("", _QUIET), "", "held until the morning, never lost", example="22:00-07:00"
    )
    minimum_score: Decimal = setting(_SCORE, 0, "0 to 100; matches below it don't come here")
    maximum_score: Decimal = setting(
        _SCORE, 100, "below 100: matches from it on don't come here, but to another destination"
    )
    feeds: tuple[str, ...] = setting(
        kinds.each(kinds.text), [], "from these feeds only; [] = all", example=["wwr-contracts"]
    )
    platforms: tuple[str, ...] = setting(
        kinds.each(kinds.choice(*PLATFORMS)),
        [],
        "of these platforms only; [] = all",
        example=["upwork"],
    )
    proofs: tuple[str, ...] = setting(
        kinds.each(kinds.text),
        [],
        "for these proofs only; [] = all",
        example=["Finance reconciliation"],
    )
    decisions: tuple[DecisionKind, ...] = setting(
        kinds.each(kinds.choice("qualified", "review")),
        ["qualified", "review"],
        '["qualified"]: nothing that is for review comes here',
    )
    notices: bool = setting(
        kinds.flag, True, "false: no health notices here, as in a channel that clients read"
    )
    actions: bool = setting(
        kinds.flag, True, "false: no buttons here, where [actions] gives them to alerts"
    )
    people: tuple[int, ...] = setting(
        kinds.each(kinds.integer(1, 10**15)),
        [],
        "in a Telegram group: the ids of those whose presses count; [] = nobody's",
        example=[123456789],
    )
    reply_token: Reference | None = setting(
        kinds.or_word("", reference),
        "",
        "ntfy with access control: a token that may only write to the reply topic",
        example="env:NTFY_REPLY_TOKEN",
    )
    max_per_hour: int = setting(
        kinds.integer(1, 10_000),
        20,
        "messages with matches in a sliding hour; the best go first, the rest waits",
    )
    slot: str = ""
    recipient: str = ""

    @property
    def is_terminal(self) -> bool:
        return self.url.text == "terminal"

    @property
    def place(self) -> tuple[str, str]:
        """What the ledger keeps apart: the destination's name and the recipient's slot."""
        return self.name, self.slot

    @property
    def recipient_key(self) -> str:
        """The key of the one recipient that is meant of several; '' for all that the url names."""
        return self.recipient.partition(" ")[0]

    @property
    def label(self) -> str:
        """What may be shown of the recipient, as 'chat …42'; '' for all."""
        return self.recipient.partition(" ")[2]

    @property
    def called(self) -> str:
        """What a person calls it: "phone", or "phone (chat …42)" where it has several
        recipients.
        """
        return f"{self.name} ({self.label})" if self.recipient else self.name

    def fact(self, prefix: str) -> str:
        """The name of a small fact that the history keeps of it, as 'digest:phone'."""
        return f"{prefix}{self.name}{f'|{self.slot}' if self.slot else ''}"

"""Who is meant by one Apprise URL: its recipients one by one, and a plugin object for each alone.
Runs where Apprise is loaded.

Every plugin that takes several targets is handed them as a list: `targets`, the copies of a mail
`cc` and `bcc`, the events of IFTTT `events` (seen in all plugins of Apprise 1.13; a test goes
through them). A recipient is one item of these lists, and its own plugin is made of the same facts
with that item alone. How a service spells its targets only its plugin knows: two spellings are one
recipient where the plugin makes the same object of both, and an item that the plugin drops is none.
Where the objects together don't name exactly what the whole URL names, the URL counts as one
recipient, as Apprise sends it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from goldmine_ingest.model.recipient import keyed

# In the order in which a service would name them.
_LISTS = ("targets", "events", "cc", "bcc")
# What these plugins' targets name stands in one message (people mentioned in a post, responders of
# one alarm): sending it once for each would tell everybody several times.
_ONE_MESSAGE = frozenset({"dingtalk", "jira", "mastodon", "opsgenie"})
# A channel's name means the same with and without its sign; their plugins keep both as written.
_CHANNELS = frozenset({"matrix", "slack"})
_SEPARATORS = re.compile(r"[\s,;]+")
_MAILS = re.compile(r"\s*[,;]\s*")
_MAIL = re.compile(r"(?:.*<)?\s*([^\s<>@,;:]+)@([^\s<>@,;]+?)\s*>?\s*", re.S)
_PHONE = re.compile(r"[+\d\s().-]*\d[\d\s().-]{5,}")

Facts = Mapping[str, Any]
Make = Callable[[Facts], Any]


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient of a URL. `identity` is the same for every spelling, and a secret, as `facts`
    are: both stay in memory.

    `label` is what may be shown of it: "chat …42", "a…@example.org", "#jo…".
    """

    identity: str
    label: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Whom:
    """The one recipient of a URL whose `keyed` identity is `key`."""

    key: str
    secret: bytes


def only(whom: Whom, facts: Facts, make: Make) -> Facts | None:
    """The facts of one recipient alone; None where the URL doesn't name it (any more)."""
    matches = (
        one.facts for one in recipients(facts, make) if keyed(whom.secret, one.identity) == whom.key
    )
    return next(matches, None)


def recipients(facts: Facts, make: Make) -> tuple[Recipient, ...]:
    """The recipients of the URL of which a plugin's `parse_url` made these facts; () where it names
    none, or can't be taken apart.

    `make` gives the plugin object of facts, and raises what it likes where it refuses them.
    """
    whole = _made(make, facts)
    service = type(whole).__module__.removesuffix(".base").rpartition(".")[2]
    if (
        whole is None
        or service in _ONE_MESSAGE
        or (service == "twitter" and str(facts.get("mode") or "").lower().startswith("t"))
    ):
        return ()
    for pieces in _ways_to_split(facts):
        alone = _apart(service, pieces, facts, make)
        if alone and _names(whole) == set().union(*(_names(plugin) for _, plugin in alone)):
            return tuple(one for one, _ in alone)
    return ()


def _ways_to_split(facts: Facts) -> Iterator[list[Any]]:
    """The items of the lists: taken apart at commas and spaces, or as they are."""
    lists = {name: facts[name] for name in _LISTS if facts.get(name)}
    items = [
        item for found in lists.values() for item in ([found] if isinstance(found, str) else found)
    ]
    if lists.keys() and lists.keys() <= {"cc", "bcc"}:
        items.insert(0, None)  # a mail without To goes to its sender
    yield [piece for item in items for piece in _taken_apart(item)]
    yield items


def _taken_apart(item: Any) -> Sequence[Any]:
    if not isinstance(item, str):
        return [item]
    if "@" in item[1:]:
        return [piece for piece in _MAILS.split(item) if piece.strip()]
    if _PHONE.fullmatch(item):
        return [item]
    return [piece for piece in _SEPARATORS.split(item) if piece]


def _apart(
    service: str, pieces: Iterable[Any], facts: Facts, make: Make
) -> list[tuple[Recipient, Any]]:
    """Each recipient with its plugin. What Apprise drops is left out, and so is what has been
    named already.
    """
    by_name: dict[str, tuple[Recipient, Any]] = {}
    pieces = list(pieces)
    without = _left_out(pieces, facts, make)
    for piece in pieces:
        own, plugin = _alone(facts, piece, make)
        if plugin is None or piece in without:
            continue
        text = "" if piece is None else _simplest(piece, facts, plugin, make)
        if service in _CHANNELS and re.match(r"\w", text):
            text = f"#{text}"
        by_name.setdefault(text, (Recipient(text, label(service, text), own), plugin))
    return list(by_name.values())


def left_out(facts: Facts, make: Make) -> tuple[str, ...]:
    """What a URL names as recipients and its plugin takes for none, as labels: a chat's name
    without its @, a number that is too short.
    """
    whole = _made(make, facts)
    if whole is None:
        return ()
    service = type(whole).__module__.removesuffix(".base").rpartition(".")[2]
    pieces = next(_ways_to_split(facts))
    return tuple(label(service, str(piece)) for piece in _left_out(pieces, facts, make))


def _left_out(pieces: Sequence[Any], facts: Facts, make: Make) -> list[Any]:
    """The items that a plugin is none the richer for: made of one alone, it names nobody that it
    wouldn't name without any, which may be the sender himself. Where that is so of all of them,
    this plugin keeps its targets elsewhere, and nothing is known.
    """
    nobody = _names(_alone(facts, None, make)[1])
    left_out = [
        piece
        for piece in pieces
        if piece is not None and _adds_nothing(piece, _names(_alone(facts, piece, make)[1]), nobody)
    ]
    return left_out if len(left_out) < len(pieces) else []


def _adds_nothing(piece: Any, names: set[str], nobody: set[str]) -> bool:
    mail = _MAIL.fullmatch(str(piece))
    text = _bare(f"{mail[1]}{mail[2]}" if mail else str(piece))
    return names <= nobody and not any(text in _bare(name) for name in names)


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()


def _alone(facts: Facts, piece: Any, make: Make) -> tuple[Facts, Any]:
    kept = "events" if "events" in facts and "targets" not in facts else "targets"
    own = {
        **facts,
        **{name: [] for name in _LISTS if name in facts},
        kept: [] if piece is None else [piece],
    }
    return own, _made(make, own)


def _made(make: Make, facts: Facts) -> Any:
    try:
        return make(facts)
    except Exception:  # noqa: BLE001 - Apprise's plugins raise what they like for what they refuse
        return None


def _simplest(piece: Any, facts: Facts, plugin: Any, make: Make) -> str:
    """The plainest spelling that the plugin takes for the same target, so that all spellings
    lead to one.
    """
    text = str(piece).strip()
    if mail := _MAIL.fullmatch(text):
        return f"{mail[1]}@{mail[2].casefold()}"
    bare = text.lstrip("#")
    candidates = [bare.casefold(), bare, text.casefold()]
    if _PHONE.fullmatch(text):
        digits = "".join(filter(str.isdigit, text))
        if text.startswith("+"):
            return digits
        candidates = [digits]
    here = _state(plugin)
    return next(
        (c for c in candidates if c == text or (c and _state(_alone(facts, c, make)[1]) == here)),
        text,
    )


def _state(plugin: Any) -> dict[str, Any]:
    """What a plugin object holds of its own, without what is there for sending. Empty for none."""
    return (
        {}
        if plugin is None
        else {name: value for name, value in vars(plugin).items() if _is_plain(value)}
    )


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple, set, frozenset)):
        return all(map(_is_plain, value))
    if isinstance(value, dict):
        return all(map(_is_plain, value)) and all(map(_is_plain, value.values()))
    return value is None or isinstance(value, (str, int, float, bool))


def _names(plugin: Any) -> set[str]:
    """Everything that stands in the lists of a plugin object, whichever of them it is."""
    return {
        leaf
        for value in _state(plugin).values()
        if not isinstance(value, (str, int, float))
        for leaf in _leaves(value)
    }


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _leaves(item)
    else:
        yield repr(value)


def label(service: str, text: str) -> str:
    """What may be shown of a recipient: enough for its owner to know it, too little for anybody
    else to reach it.
    """
    if not text:
        return "the sender"
    if mail := _MAIL.fullmatch(text):
        return f"{mail[1][:1]}…@{mail[2].casefold()}"
    if re.fullmatch(r"[+-]?[\d:.]+", text):
        kind = "chat" if service == "telegram" else "number"
        return f"{kind} …{text[len(text) - _shown(text) :]}"
    sign = text[:1] if text[:1] in "#@!+*" else ""
    rest = text[len(sign) :]
    return f"{sign}{rest[: _shown(rest)]}…"


def _shown(text: str) -> int:
    """At most two characters, and at most half of them."""
    return min(2, len(text) // 2)

"""An Apprise URL for each documented template of each of its plugins: what its tokens allow,
made from their own patterns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as patterns  # type: ignore[attr-defined]
from typing import Any
from urllib.parse import quote

from apprise.manager_plugins import NotificationManager

_ALPHABET = "1234567890abcdefghijkmnopqrstuvwxyzABCDEFG-_+:@#"


@dataclass(frozen=True)
class Sample:
    """`url` names the two `items`, which are of the kind `member` ('target_phone', …)."""

    service: str
    member: str
    url: str
    items: tuple[str, str]


def plugins() -> list[Any]:
    """Every plugin class that Apprise comes with, also those whose package isn't installed."""
    manager = NotificationManager()
    manager.load_modules()
    return sorted(set(manager.plugins(include_disabled=True)), key=lambda plugin: plugin.__module__)


def service_of(plugin: Any) -> str:
    """The name of a plugin's module: 'telegram', 'email'."""
    return str(plugin.__module__).removesuffix(".base").rpartition(".")[2]


def samples(plugin: Any) -> Iterator[Sample]:
    """A URL with two recipients for each template and kind of target of a plugin; none where it
    takes no lists.
    """
    tokens = plugin.template_tokens
    schemes = plugin.secure_protocol or plugin.protocol
    scheme = schemes if isinstance(schemes, str) else schemes[0]
    lists = [name for name, token in tokens.items() if str(token.get("type")).startswith("list")]
    for template in plugin.templates:
        for name in (found for found in lists if f"{{{found}}}" in template):
            values = {
                n: _value(n, token, 3) for n, token in tokens.items() if n not in (*lists, "schema")
            }
            for member in _members(name, tokens):
                token = tokens.get(member, {})
                first, second = (_prefixed(_value(member, token, turn), token) for turn in (3, 5))
                filled = {**{n: quote(v, safe="") for n, v in values.items()}, "schema": scheme}
                filled[name] = "/".join(quote(item, safe="@") for item in (first, second))
                url = re.sub(
                    r"\{(\w+)\}", lambda found, filled=filled: filled.get(found[1], ""), template
                )
                yield Sample(service_of(plugin), member, url, (first, second))


def _members(name: str, tokens: dict[str, Any]) -> list[str]:
    return sorted(
        tokens[name].get("group")
        or [n for n, token in tokens.items() if token.get("map_to") == name]
        or [name]
    )


def _prefixed(text: str, token: dict[str, Any]) -> str:
    prefix = token.get("prefix") or ""
    return text if text.startswith(prefix) else prefix + text


def _value(name: str, token: dict[str, Any], turn: int) -> str:
    if "values" in token:
        return str(next(iter(token["values"])))
    if str(token.get("type", "")).startswith("int"):
        return str(max(token.get("min") or 0, 10) + turn)
    if "phone" in name or "0-9\\s)(" in str(token.get("regex")):
        return f"1555123{1000 + turn}"
    if token.get("regex"):
        pattern, flags = (
            token["regex"] if isinstance(token["regex"], tuple) else (token["regex"], "")
        )
        with suppress(re.error):  # one of Apprise's own patterns is none
            return _Example(turn).of(patterns.parse(pattern, re.I if "i" in (flags or "") else 0))
    if name in ("host", "hostname"):
        return "localhost"
    return f"user{turn}@example.com" if "email" in name else f"{name[:4].strip('_')}{turn}abc"


class _Example:
    """A text that a pattern matches: as short as it allows, of characters that differ from turn
    to turn.
    """

    def __init__(self, turn: int) -> None:
        self._turn = turn

    def of(self, nodes: Any) -> str:
        return "".join(self._node(code, value) for code, value in nodes)

    def _node(self, code: Any, value: Any) -> str:
        if code is codes.LITERAL:
            return chr(value)
        if code is codes.IN:
            return self._one_of(value)
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            least, most, inner = value
            return "".join(
                self.of(inner)
                for _ in range(0 if (least, most) == (0, 1) else max(least, min(most, 3)))
            )
        if code is codes.SUBPATTERN:
            return self.of(value[3])
        if code is codes.BRANCH:
            return self.of(value[1][0])
        return "a" if code is codes.ANY else ""

    def _one_of(self, allowed: Any) -> str:
        negated = allowed[0][0] is codes.NEGATE
        found = [c for c in _ALPHABET if any(map(_holds(c), allowed[negated:])) != negated]
        self._turn += 1
        return found[(self._turn * 7) % len(found)] if found else " "


def _holds(character: str) -> Any:
    def inside(node: tuple[Any, Any]) -> bool:
        code, value = node
        if code is codes.LITERAL:
            return value == ord(character)
        if code is codes.RANGE:
            return bool(value[0] <= ord(character) <= value[1])
        return (
            character.isdigit()
            if value is codes.CATEGORY_DIGIT
            else value is codes.CATEGORY_WORD and character.isalnum()
        )

    return inside

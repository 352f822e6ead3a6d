"""What a page answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from goldmine_ingest.errors import GoldmineError


class NoHistoryError(GoldmineError):
    """Nothing was polled yet."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page answers: a template with what it shows, or a redirect, or bytes of its own.

    `name` is that of the page's place in the top bar, "" for none.
    """

    template: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    name: str = ""
    to: str = ""
    body: bytes | None = None
    kind: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()


def see(path: str, **headers: str) -> Answer:
    """303: go on by reading this page of ours."""
    return Answer(status=303, to=path, headers=headers)


@dataclass(frozen=True, slots=True)
class Tab:
    """A page's place in the top bar. `key` follows G on the keyboard."""

    name: str
    title: str
    path: str
    key: str = ""

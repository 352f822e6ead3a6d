"""An answer over HTTP taken apart: its JSON document, the codes in it, and what it says. Pure.

An answer is a stranger's text, and often holds the message itself (ntfy, Telegram and others echo
it): only the fields in which services report errors are read for codes and words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_ERROR_FIELDS = re.compile(
    r"(?i)^(error|errors|err|code|subcode|status|success|ok|result|response_code|title|reason|msg|message|text|detail|details|description|"
    r"user|token|id|fields?|hint|more_info|type|http|name)$|err(or)?[_.-]?|_?code$|message$|description$"
)
_LONGEST = (
    300  # characters of a text in which words are looked for: an error's sentence, not an echo
)
_DEPTH = 4
_CODE = re.compile(r"[A-Za-z0-9_.:#-]{1,80}")


@dataclass(frozen=True, slots=True)
class Reply:
    """`document` is the whole body as JSON, None where it is none. `text` is the body as text."""

    status: int
    document: Any = None
    text: str = ""
    codes: frozenset[str] = field(default=frozenset())
    said: str = ""

    @property
    def fields(self) -> Mapping[str, Any]:
        """The document where it is an object, else nothing."""
        return self.document if isinstance(self.document, dict) else {}

    def at(self, path: str) -> Any:
        """What stands at a path such as 'messages.0.status'; None where there is nothing."""
        value = self.document
        for step in path.split("."):
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            else:
                return None
        return value


def read_reply(status: int, body: bytes) -> Reply:
    """Takes an answer apart. `codes` are the machine-readable ones, bare and as 'field=code';
    `said` is lower case.
    """
    text = body.decode("utf-8", "replace").strip()
    document = _document(text)
    fields = list(_errors(document)) if isinstance(document, (dict, list)) else [("", text)]
    texts = [(name, _plain(value)) for name, value in fields]
    codes = {
        code
        for name, value in texts
        if _CODE.fullmatch(value)
        for code in (value, f"{name}={value}")
    }
    message = " | ".join(value[:_LONGEST] for _, value in texts if value)
    return Reply(status, document, text, frozenset(codes), message.lower())


def _document(text: str) -> Any:
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _errors(value: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    if depth > _DEPTH:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, (dict, list)) or _ERROR_FIELDS.search(key):
                yield from _errors(item, key, depth + 1)
    elif isinstance(value, list):
        for item in value[:20]:
            yield from _errors(item, name, depth + 1)
    elif name:
        yield name, value


def _plain(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) or value is None else str(value)

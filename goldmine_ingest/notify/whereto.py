"""Where a plugin's messages go, in words for a person: "Slack: #jobs", "E-Mail: a…@example.org"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

# In which fields Apprise's plugins keep whom they tell.
_FIELDS = ("channels", "rooms", "groups", "topics", "targets", "users", "devices", "emails")
_MOST = 5


def whereto(plugin: Any, left_out: Sequence[str] = ()) -> str:
    """The service, and whom it tells. Names of channels and rooms are shown; numbers, addresses and
    whatever else may be a secret are masked. What a plugin found no use for is named as `left_out`.
    """
    by_name = dict(sorted(_names(plugin)))  # of one in two lists, that it is a channel's counts
    every = [_shown(name, is_channel=told) for name, told in by_name.items()]
    names = [n for at, n in enumerate(every) if n.startswith("…") or n not in every[:at]]
    shown = ", ".join(names[:_MOST]) + (f" and {len(names) - _MOST} more" if names[_MOST:] else "")
    text = f"{plugin.service_name}: {shown}" if shown else str(plugin.service_name)
    return f"{text} (not {', '.join(left_out)}: no recipient of this service)" if left_out else text


def _names(plugin: Any) -> Iterator[tuple[str, bool]]:
    """Each name, and whether it is a channel's."""
    for field in _FIELDS:
        targets = getattr(plugin, field, None)
        if isinstance(targets, (list, tuple, set, frozenset)):
            for name in filter(None, map(_whom, targets)):
                yield name, field in ("channels", "rooms")


def _whom(item: Any) -> str:
    """The name in a target: plugins keep some as (name, address) or (chat, topic)."""
    parts = item if isinstance(item, (tuple, list)) else (item,)
    texts = [str(part) for part in parts if part not in (None, False, "")]
    return next((text for text in texts if "@" in text), texts[0] if texts else "")


def _shown(name: str, *, is_channel: bool) -> str:
    if mail := re.fullmatch(r"([^@\s])[^@\s]*@([^@\s]+)", name):
        return f"{mail[1]}…@{mail[2]}"
    if name[:1] in ("#", "@", "!"):
        return name
    if is_channel:
        return f"#{name}"
    return f"…{name[-3:]}" if len(name) > 5 else "…"

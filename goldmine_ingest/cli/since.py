"""`--since 30d`: how far back a question about the history looks, counted from when a listing
was first seen.
"""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime, timedelta

_SPAN = re.compile(r"(\d{1,6})([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
# Before any listing of ours.
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def add_since(parser: argparse.ArgumentParser, *, default: str | None = None) -> None:
    """The option `--since`; `args.since` is a timedelta, or None for the whole history."""
    shown = default or "everything"
    parser.add_argument(
        "--since",
        metavar="30d",
        type=span,
        default=default,
        help=f"listings first seen within this time (default: {shown})",
    )


def span(text: str) -> timedelta:
    """Digits and one of s m h d w, as everywhere in the configuration."""
    match = _SPAN.fullmatch(text.strip())
    if not match or int(match[1]) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no time span: write 12h, 30d or 8w")
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])


def beginning(since: timedelta | None, now: datetime) -> datetime | None:
    """The moment from which listings count; None for all."""
    return None if since is None or now - _BEGINNING < since else now - since

"""A time as text, as every document of ours has it (docs/history.md)."""

from __future__ import annotations

from datetime import UTC, datetime


def instant(moment: datetime) -> str:
    """An aware time in UTC: "2026-11-23T18:29:03Z", with a fraction only if it isn't zero."""
    utc = moment.astimezone(UTC).replace(tzinfo=None).isoformat()
    return f"{utc.rstrip('0') if '.' in utc else utc}Z"

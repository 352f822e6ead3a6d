"""The corpus: a folder under tests/corpus is a test, of an input file and what it must be read as.

`GOLDMINE_REGENERATE=1 pytest tests/parse/test_corpus.py` writes expected.json anew; look at the
difference before you keep it.
"""

from __future__ import annotations

import json
import os
from dataclasses import fields
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from goldmine_ingest.model.posting import Posting
from goldmine_ingest.parse.reading import FeedRead, ReadJob, read_feed

CORPUS = Path(__file__).parent / "corpus"
SAMPLES = Path(__file__).parents[2] / "shared" / "samples"
NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
REGENERATE = bool(os.environ.get("GOLDMINE_REGENERATE"))


def cases() -> list[Path]:
    return sorted(folder for folder in CORPUS.iterdir() if folder.is_dir())


def input_of(case: Path) -> Path:
    return next(path for path in sorted(case.iterdir()) if path.stem == "input")


def read(path: Path, *, platform: str = "auto", host: str = "127.0.0.1") -> FeedRead:
    content_type = "message/rfc822" if path.suffix == ".eml" else ""
    return read_bytes(path.read_bytes(), content_type=content_type, platform=platform, host=host)


def read_bytes(
    body: bytes,
    *,
    content_type: str = "",
    platform: str = "auto",
    host: str = "127.0.0.1",
    **more: Any,
) -> FeedRead:
    more.setdefault("known", frozenset())
    return read_feed(
        ReadJob(
            feed="test",
            body=body,
            content_type=content_type,
            url_host=host,
            platform=platform,
            now=NOW,
            **more,
        )
    )


def postings(found: FeedRead) -> list[Posting]:
    return [entry.posting for entry in found.entries if entry.posting is not None]


def as_json(found: FeedRead) -> dict[str, Any]:
    """What a case expects: how the reading went, and of each posting the fields that say
    something.
    """
    return {
        "outcome": found.outcome.value,
        "platform": found.platform,
        "title": found.title,
        "ttl": found.ttl,
        "skipped": found.skipped,
        "not_jobs": found.not_jobs,
        "problem": found.problem,
        "postings": [stated(posting) for posting in postings(found)],
    }


def stated(posting: Posting) -> dict[str, Any]:
    values = {field.name: getattr(posting, field.name) for field in fields(posting)}
    return {
        name: _plain(value)
        for name, value in values.items()
        if not (value is None or value in ((), "") or (name == "truncated" and not value))
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return str(value.normalize()) if value != value.to_integral() else str(int(value))
    return list(value) if isinstance(value, tuple) else value


def dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"

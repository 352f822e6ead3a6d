"""Bodies to read: the files of a corpus, whole, cut off and with flipped bytes. Always the same
for the same file.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.corpus_cases import CORPUS, SAMPLES

_NO_FEEDS = frozenset({".py", ".go", ".md", ".sh"})
_HEADER = re.compile(rb"^\s*(?:Header:\s*)?Content-type:\s*([^\r\n]+)", re.I | re.M)
CUTS = (25, 50, 75, 95)
MODES = ("whole", "cut", "flipped")
needs_public_feeds = pytest.mark.skipif(
    "FEED_CORPUS_DIR" not in os.environ,
    reason="FEED_CORPUS_DIR isn't set (folders of feeds, for example feedparser's own tests)",
)


@dataclass(frozen=True, slots=True)
class Body:
    """Bytes as a server would answer, and where they come from, for a failure's message."""

    origin: str
    content: bytes
    content_type: str = ""


def public_folders() -> list[Path]:
    return [
        Path(folder) for folder in os.environ.get("FEED_CORPUS_DIR", "").split(os.pathsep) if folder
    ]


def our_folders() -> list[Path]:
    """The project's own cases, and the captures where they stand beside it."""
    return [folder for folder in (CORPUS, SAMPLES) if folder.is_dir()]


def bodies(folder: Path) -> list[Body]:
    """All files of a folder. feedparser's tests say in a comment which Content-Type they were
    served with; some need it.
    """
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in _NO_FEEDS and path.name != "expected.json"
    )
    return [_body(path, folder) for path in files]


def _body(path: Path, folder: Path) -> Body:
    content = path.read_bytes()
    if path.suffix == ".eml":
        return Body(str(path.relative_to(folder)), content, "message/rfc822")
    stated = _HEADER.search(content[:2000]) if path.suffix == ".xml" else None
    return Body(
        str(path.relative_to(folder)),
        content,
        stated[1].decode("latin-1").strip() if stated else "",
    )


def variants(body: Body, mode: str) -> Iterator[Body]:
    """The body itself, cut at four places, or with one byte in 200 changed, in four ways."""
    if mode == "whole":
        yield body
    elif mode == "cut":
        yield from (
            Body(
                f"{body.origin} cut at {n} %",
                body.content[: len(body.content) * n // 100],
                body.content_type,
            )
            for n in CUTS
        )
    else:
        yield from (
            Body(f"{body.origin} damaged, seed {n}", damaged(body.content, n), body.content_type)
            for n in range(4)
        )


def damaged(content: bytes, seed: int, *, every: int = 200) -> bytes:
    """One byte of each `every` changed, at least one."""
    chance = random.Random(seed)  # noqa: S311 - the same damage each time
    spoilt = bytearray(content)
    for _ in range(max(1, len(content) // every) if content else 0):
        spoilt[chance.randrange(len(spoilt))] ^= chance.randrange(1, 256)
    return bytes(spoilt)


def fuzzed(content: bytes, seed: int) -> bytes:
    """16 bytes of the body overwritten, left out, or doubled in place (Z16)."""
    chance = random.Random(seed)  # noqa: S311 - the same damage each time
    at = chance.randrange(max(1, len(content)))
    noise = chance.randbytes(16)
    return content[:at] + (noise, b"", noise + content[at : at + 16])[seed % 3] + content[at + 16 :]

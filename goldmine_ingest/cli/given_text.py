"""Texts as a person gives them to a command: by a file, or by standard input."""

from __future__ import annotations

import codecs
import sys

from goldmine_ingest.errors import UsageError


def from_input(largest: int = -1) -> str:
    """What comes by standard input, at most so many bytes of it. Raises UsageError where that isn't
    UTF-8 text.
    """
    try:
        return decoded(sys.stdin.buffer.read(largest))
    except UnicodeDecodeError as error:
        raise UsageError("standard input isn't UTF-8 text") from error


def decoded(content: bytes) -> str:
    """UTF-8 text, whose last character may be cut off. Raises UnicodeDecodeError."""
    return codecs.getincrementaldecoder("utf-8-sig")().decode(content)

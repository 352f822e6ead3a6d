"""A text as RE2 takes it: in bytes, with the places of what it finds given in characters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any


class Utf8Text:
    """`data` is the text in bytes, made once for all patterns that are looked for in it."""

    __slots__ = ("data", "plain", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.data = text.encode()
        self.plain = len(self.data) == len(text)  # each character is one byte

    def until(self, end: int) -> Utf8Text:
        """Its first characters."""
        return self if end >= len(self.text) else Utf8Text(self.text[:end])

    def slice(self, start: int, end: int) -> bytes:
        """Characters `start` to `end` (exclusive)."""
        return self.data[start:end] if self.plain else self.text[start:end].encode()

    def matches(self, pattern: Any, at_most: int) -> Iterator[tuple[Any, tuple[int, int]]]:
        """The first matches of a pattern, each with its place in characters."""
        for match in islice(pattern.finditer(self.data), at_most):
            start, end = match.span()
            if not self.plain:
                start = len(self.data[:start].decode())
                end = start + len(match.group().decode())
            yield match, (start, end)

"""What stands where standard output is closed: it takes text, and nobody reads it."""

from __future__ import annotations

import io


class NoOutput(io.TextIOBase):
    """A stream of its own kind, so that a message written to it is not taken for one that
    somebody got.
    """

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)

"""The bytes of an answer, counted as they come and decoded under a limit: a small body can't
become a large one unnoticed.
"""

from __future__ import annotations

import zlib
from typing import Protocol

from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.model.fetched import Outcome

_STEP = 64 * 1024  # decoded at a time, so that a bomb is stopped this close after the limit
_GZIP = zlib.MAX_WBITS | 16


class BodyError(GoldmineError):
    """The body can't be used; `outcome` says how."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome

    def __reduce__(self) -> tuple[object, ...]:
        return BodyError, (self.outcome, self.message)


class _Inflater(Protocol):  # zlib gives its decompressor type no public name
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def unconsumed_tail(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes: ...


class BoundedBody:
    """Takes an answer's body piece by piece. `wire` counts what came, before decoding.

    Only gzip and deflate are decoded, and one layer of either: nothing else was asked for.
    """

    def __init__(self, coding: str, *, max_wire: int, max_body: int) -> None:
        self.wire = 0
        self._max_wire = max_wire
        self._max_body = max_body
        self._pieces: list[bytes] = []
        self._size = 0
        self._coding = _known(coding)
        self._inflater: _Inflater | None = None
        self._held = b""

    def write(self, piece: bytes) -> None:
        """Raises BodyError when a limit is passed or the encoding is damaged."""
        self.wire += len(piece)
        if self.wire > self._max_wire:
            raise BodyError(
                Outcome.TOO_LARGE, f"the answer is larger than {size(self._max_wire)} (max_wire)"
            )
        if self._coding == "identity":
            self._keep(piece)
        else:
            self._inflate(piece)

    def finish(self) -> bytes:
        """The whole decoded body. Raises BodyError if the compressed data stops before its own
        end.
        """
        if self._coding != "identity" and self.wire and not (self._inflater and self._inflater.eof):
            raise BodyError(
                Outcome.TRUNCATED, f"the compressed answer breaks off after {self.wire} bytes"
            )
        body = b"".join(self._pieces)
        self._pieces = []
        return body

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._max_body:
            self._pieces = []
            raise BodyError(
                Outcome.TOO_LARGE,
                f"the answer is larger than {size(self._max_body)} when decoded (max_body)",
            )
        self._pieces.append(piece)

    def _inflate(self, data: bytes) -> None:
        data, self._held = self._held + data, b""
        while data:
            if self._inflater is None:
                if len(data) < 2:  # the first two bytes tell zlib's deflate from the raw one
                    self._held = data
                    return
                self._inflater = zlib.decompressobj(self._window(data))
            data = self._inflate_member(self._inflater, data)
            if data and data[:1] != b"\x1f":
                return  # padding after the end, which gzip(1) and browsers ignore too
            if data:
                self._inflater = None  # another gzip member

    def _inflate_member(self, inflater: _Inflater, data: bytes) -> bytes:
        """Decode to the end of the data or of the member; returns what follows the member."""
        while True:
            if inflater.eof:
                return data
            step = min(_STEP, self._max_body - self._size + 1)
            try:
                piece = inflater.decompress(data, step)
            except zlib.error:
                raise BodyError(
                    Outcome.BAD_ENCODING,
                    f"the answer says that it is compressed with {self._coding}, and is not",
                ) from None
            self._keep(piece)
            data = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
            if not data and len(piece) < step:
                return b""

    def _window(self, data: bytes) -> int:
        if self._coding == "gzip":
            return _GZIP
        wrapped = data[0] & 0x0F == 8 and (data[0] * 256 + data[1]) % 31 == 0
        return zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS


def _known(coding: str) -> str:
    name = coding.strip().lower().removeprefix("x-") or "identity"
    if name in ("identity", "gzip", "deflate"):
        return name
    what = "in more than one layer" if "," in name else "in a way that was not asked for"
    raise BodyError(
        Outcome.BAD_ENCODING, f"the answer is compressed {what}; only gzip and deflate can be read"
    )


def size(count: int) -> str:
    """A byte count for people: '5 MiB', '300 bytes'."""
    for unit, step in (("MiB", 1024 * 1024), ("KiB", 1024)):
        if count >= step and count % step == 0:
            return f"{count // step} {unit}"
    return f"{count} bytes"

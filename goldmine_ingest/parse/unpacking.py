"""A body that is gzip though nothing said so: a file kept compressed, a header that is missing."""

from __future__ import annotations

import zlib

_MAGIC = b"\x1f\x8b"
_MEMBERS = 100  # of one gzip; each costs a copy of what follows it
_LAYERS = 2  # a server that compresses a file that was compressed
# The bytes that a body may unpack to, as the default of `max_body` has it.
LARGEST = 16 * 1024 * 1024


def unpacked(body: bytes) -> bytes | None:
    """The body out of its gzip, twice if need be; as it is where it is none. None where the gzip is
    damaged or unpacks to more than 16 MiB.
    """
    for _ in range(_LAYERS):
        if not body.startswith(_MAGIC):
            return body
        inner = _inflated(body)
        if inner is None:
            return None
        body = inner
    return body


def _inflated(body: bytes) -> bytes | None:
    """All members of a gzip, as gzip(1) reads them; what follows the last one is ignored."""
    plain = b""
    for _ in range(_MEMBERS):
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            plain += inflater.decompress(body, LARGEST - len(plain))
        except zlib.error:
            return None
        if inflater.unconsumed_tail or len(plain) >= LARGEST:
            return None
        if not inflater.eof:  # broken off: what came is read as a document that broke off
            return plain or None
        body = inflater.unused_data
        if not body.startswith(_MAGIC):
            break
    return plain

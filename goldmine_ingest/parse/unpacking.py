"""A body that is gzip though nothing said so: a file kept compressed, a header that is missing."""

from __future__ import annotations

import zlib

_MAGIC = b"\x1f\x8b"
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
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            body = inflater.decompress(body, LARGEST)
        except zlib.error:
            return None
        if inflater.unconsumed_tail or not inflater.eof:
            return None
    return body

"""A copy of the blocks that DuckDB's next checkpoint writes over in place, so that a process which
is killed in the middle of that leaves a history that can be read.

DuckDB keeps descriptions of tables in blocks of 64 parts. A checkpoint writes its own descriptions
into the free parts, beside those of the last checkpoint, and then the whole block of 256 KiB. A
kill (or a power cut) during that write leaves a block whose checksum fits neither state, and with
it nothing of the file can be opened; 1 of 220 kills at random moments did that. Until the
checkpoint's header is written the last one counts, its log is still there, and these blocks are all
that it lacks: writing them back loses nothing.
"""

from __future__ import annotations

import itertools
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from goldmine_ingest.store.blocks import (
    HEADER,
    HEADERS,
    SUM,
    Outline,
    checksum,
    is_whole,
    read_block,
    read_header,
    read_outline,
)

SUFFIX = ".meta"
_NUMBER = 8  # bytes of a block's number before it


def guard_of(path: Path) -> Path:
    """The copy of a history, beside it."""
    return path.with_name(path.name + SUFFIX)


def keep(path: Path) -> None:
    """Copies the blocks of a history that nobody has open, unless that was done since its last
    checkpoint. Of a file that can't be read the copy from before stays.

    Where no copy can be written (a full disk) there is none: reading must go on.
    """
    guard = guard_of(path)
    with suppress(OSError, ValueError), path.open("rb", buffering=0) as file:
        outline = read_outline(file)
        if _header_of(guard) != outline.header.bytes:
            guard.touch(0o600)
            with guard.open("r+b") as copy:
                _bring_up(copy, file, outline)


def _bring_up(copy: BinaryIO, file: BinaryIO, outline: Outline) -> None:
    """Copies the blocks that it doesn't hold as they are: after a change two or three of 23, in a
    history of a million listings. They go over those that aren't shared any more; what is left of
    these loses its checksum, so that it mends nothing.

    The new header comes last, once the rest is on the disk; until then there is none, and who is
    killed meanwhile leaves a copy of which nothing is used, and that is begun anew.
    """
    length = outline.header.length
    if not any(copy.read(HEADER)):
        copy.truncate(0)
    size = copy.seek(0, os.SEEK_END)
    places = range(HEADER, size - _NUMBER - length + 1, _NUMBER + length)
    held = {at: _bytes_at(copy, at, _NUMBER + SUM) for at in places}
    known = set(held.values())
    shared = {_number(n) + read_block(file, n, length, SUM): n for n in outline.shared}
    lacking = {n: read_block(file, n, length) for mark, n in shared.items() if mark not in known}
    if not all(is_whole(block, checksum()) for block in lacking.values()):
        return
    copy.seek(0)
    copy.write(bytes(HEADER))
    copy.flush()
    free = [at for at, mark in held.items() if mark not in shared]
    new = itertools.count(HEADER + len(held) * (_NUMBER + length), _NUMBER + length)
    for number, block in lacking.items():
        copy.seek(free.pop() if free else next(new))
        copy.write(_number(number) + block)
    for at in free:
        copy.seek(at + _NUMBER)
        copy.write(bytes(SUM))
    _to_disk(copy)
    copy.seek(0)
    copy.write(outline.header.bytes)
    _to_disk(copy)


def _number(number: int) -> bytes:
    return number.to_bytes(_NUMBER, "little")


def _bytes_at(copy: BinaryIO, at: int, length: int) -> bytes:
    copy.seek(at)
    return copy.read(length)


def _to_disk(copy: BinaryIO) -> None:
    copy.flush()
    os.fsync(copy.fileno())


def _header_of(guard: Path) -> bytes:
    if not guard.exists():
        return b""
    with guard.open("rb", buffering=0) as file:
        return file.read(HEADER)


def heal(path: Path) -> bool:
    """Writes back the blocks that a checkpoint left half written, if it never came to its end.
    False: there was nothing to mend. Raises OSError.
    """
    guard = guard_of(path)
    if not guard.exists():
        return False
    kept = guard.read_bytes()
    with path.open("r+b", buffering=0) as file:
        try:
            header = read_header(file)
        except ValueError:
            return False
        if kept[:HEADER] != header.bytes:  # that checkpoint is not the last one any more
            return False
        length = header.length
        mended = 0
        for at in range(HEADER, len(kept), _NUMBER + length):
            number = int.from_bytes(kept[at : at + _NUMBER], "little")
            block = bytearray(kept[at + _NUMBER : at + _NUMBER + length])
            if is_whole(block, checksum()) and not is_whole(
                read_block(file, number, length), checksum()
            ):
                file.seek(HEADER * HEADERS + number * length)
                file.write(block)
                mended += 1
        os.fsync(file.fileno())
    return mended > 0

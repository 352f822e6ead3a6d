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

import os
from pathlib import Path

from goldmine_ingest.store.blocks import (
    HEADER,
    HEADERS,
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
    try:
        with path.open("rb", buffering=0) as file:
            outline = read_outline(file)
            if _header_of(guard) == outline.header.bytes:
                return
            blocks = {n: read_block(file, n, outline.header.length) for n in outline.shared}
        if all(is_whole(block, checksum()) for block in blocks.values()):
            _write(guard, outline, blocks)
    except (OSError, ValueError):
        guard.with_name(f"{guard.name}.part").unlink(missing_ok=True)


def _write(guard: Path, outline: Outline, blocks: dict[int, bytearray]) -> None:
    part = guard.with_name(f"{guard.name}.part")
    with part.open("wb") as file:
        file.write(outline.header.bytes)
        for number, block in blocks.items():
            file.write(number.to_bytes(_NUMBER, "little"))
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    part.replace(guard)


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

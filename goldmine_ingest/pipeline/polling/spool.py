"""Answers of feeds that could not be stored because another program had the database open; the next
cycle takes them in first.

One file per answer: a line of JSON (what is known of the answer, without its URL), then the body as
it came. A file is whole or not there: it is written beside its place, flushed to the disk and
renamed.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from goldmine_ingest.errors import PROVOKED, StoreError
from goldmine_ingest.model.fetched import Fetched, Outcome, Validators
from goldmine_ingest.runtime.locks import make_folder

_ENDING = ".answer"
_LARGE = 1024 * 1024  # bytes of a body


@dataclass(frozen=True, slots=True)
class Spooled:
    """An answer that waits, and its file."""

    path: Path
    fetched: Fetched


@dataclass(frozen=True, slots=True)
class Packed:
    """An answer with a large body, while it waits to be stored: packed, it takes a fourth to a
    tenth beside all that was read of it.
    """

    head: Fetched
    body: bytes

    @classmethod
    def of(cls, fetched: Fetched) -> Packed:
        return cls(replace(fetched, body=b""), zlib.compress(fetched.body, zlib.Z_BEST_SPEED))

    def whole(self) -> Fetched:
        return replace(self.head, body=zlib.decompress(self.body))


def held(fetched: Fetched) -> Fetched | Packed:
    """An answer until it is stored, in case it can't be."""
    return Packed.of(fetched) if len(fetched.body) >= _LARGE else fetched


@dataclass(frozen=True, slots=True)
class Spool:
    """The folder of waiting answers."""

    folder: Path

    @classmethod
    def beside(cls, database: Path) -> Spool:
        return cls(database.parent / "spool")

    def save(self, answer: Fetched | Packed) -> None:
        """Keeps one answer. Raises StoreError where the folder can't be written."""
        fetched = answer.whole() if isinstance(answer, Packed) else answer
        make_folder(self.folder)
        name = f"{fetched.started_at:%Y%m%dT%H%M%S%f}-{os.urandom(4).hex()}"
        part = self.folder / f".{name}.part"
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(json.dumps(_head(fetched)).encode() + b"\n" + fetched.body)
                file.flush()
                os.fsync(file.fileno())
            part.rename(self.folder / f"{name}{_ENDING}")
        except OSError as error:
            part.unlink(missing_ok=True)  # on a full disk it would take what is left of it
            raise StoreError(
                f"an answer can't be set aside: {error.strerror}", subject=str(self.folder)
            ) from error

    def waiting(self) -> Iterator[Spooled]:
        """The answers that wait, oldest first. A file that can't be read is left where it is."""
        if not self.folder.is_dir():
            return
        for path in sorted(self.folder.glob(f"*{_ENDING}")):
            try:
                yield Spooled(path, _fetched(path.read_bytes()))
            except (OSError, *PROVOKED):
                continue

    def newest(self) -> dict[str, datetime]:
        """When each feed with a waiting answer was last asked."""
        return {spooled.fetched.feed: spooled.fetched.started_at for spooled in self.waiting()}


def _head(fetched: Fetched) -> dict[str, object]:
    return {
        "feed": fetched.feed,
        "outcome": fetched.outcome.value,
        "started_at": fetched.started_at.isoformat(),
        "status": fetched.status,
        "content_type": fetched.content_type,
        "host": urlsplit(fetched.url).hostname or "",
        "etag": fetched.validators.etag,
        "last_modified": fetched.validators.last_modified,
        "retry_after": fetched.retry_after,
        "wire_bytes": fetched.wire_bytes,
        "error": fetched.error,
    }


def _fetched(content: bytes) -> Fetched:
    line, _, body = content.partition(b"\n")
    head = json.loads(line)
    plain = Fetched(
        head["feed"], Outcome(head["outcome"]), datetime.fromisoformat(head["started_at"])
    )
    return replace(
        plain,
        status=head["status"],
        body=body,
        content_type=head["content_type"],
        url=f"https://{head['host']}/" if head["host"] else "",
        validators=Validators(head["etag"], head["last_modified"]),
        retry_after=head["retry_after"],
        wire_bytes=head["wire_bytes"],
        error=head["error"],
    )

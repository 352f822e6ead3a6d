"""drop:PATH: a folder into which other programs put JSON and JSONL; also the folder of the
receiver's bodies.

A file is taken when it is whole. Writing it elsewhere and renaming it is best; one that is written
in place is left alone while it is young and breaks off. After its jobs are committed it goes to
done/; what can't be read (or has a line that can't) goes to bad/, with a .txt beside it that says
why.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from goldmine_ingest.facts.job_lists import WRAPPERS
from goldmine_ingest.inputs.multipart_body import JSON, PARTS, Part, pack, unpack
from goldmine_ingest.inputs.regular_files import mark, read_regular, why_not
from goldmine_ingest.model import Json
from goldmine_ingest.model.fetched import Fetched, Outcome
from goldmine_ingest.settings.feeds import FetchSettings

MOST_AT_ONCE = 500  # files; the rest comes with the next poll
YOUNG = 60.0  # seconds in which a file that breaks off is believed to be in the writing
_LINES = (".jsonl", ".ndjson")
_SUFFIXES = (".json", *_LINES)


@dataclass(frozen=True, slots=True)
class _Dropped:
    """A file in the folder, as it was when the folder was listed."""

    path: Path
    mark: str
    modified: float
    size: int

    def part(self, body: bytes = b"", *, problem: str | None = None) -> Part:
        return Part(self.path.name, JSON, body, problem, self.mark)


def collect(
    feed: str,
    folder: Path,
    settings: FetchSettings,
    now: Callable[[], datetime],
    *,
    may_be_missing: bool = False,
) -> Fetched:
    """The files that are whole, the oldest first, as many as fit in one body."""
    started = now()
    parts: list[Part] = []
    size = 0
    try:
        dropped = _list(folder)
    except FileNotFoundError as error:
        if not may_be_missing:
            return Fetched(feed, Outcome.ERROR, started, error=why_not(folder, error))
        dropped = []
    except OSError as error:
        return Fetched(feed, Outcome.ERROR, started, error=why_not(folder, error))
    for file in dropped[:MOST_AT_ONCE]:
        size += min(file.size, settings.max_body)
        if parts and size > settings.max_body:
            break
        parts.extend(_parts(file, settings.max_body))
    return Fetched(
        feed,
        Outcome.OK,
        started,
        body=pack(parts),
        content_type=PARTS,
        wire_bytes=sum(len(part.body) for part in parts),
    )


def settle(
    folder: Path, body: bytes, bad_parts: tuple[tuple[str, str], ...], *, keep: bool
) -> tuple[str, ...]:
    """Puts the files of a committed body away: to done/ (deleted unless `keep`), to bad/ what
    couldn't be read.

    A file that was written again since it was read stays, and is read again. Gives what couldn't be
    put away, as sentences.
    """
    reasons: dict[str, list[str]] = {}
    for name, why in bad_parts:
        reasons.setdefault(name, []).append(why)
    problems = []
    for name, was in dict.fromkeys((part.label, part.mark) for part in unpack(body)):
        path = folder / name
        try:
            if mark(path.lstat()) == was:
                _put_away(path, reasons.get(name), keep=keep)
        except FileNotFoundError:
            continue  # someone else took it away, which is what we want
        except OSError as error:
            problems.append(
                f"{name} was taken in but can't be moved away ({error.strerror}); it will be read"
                " again each time"
            )
    return tuple(problems)


def _list(folder: Path) -> list[_Dropped]:
    files = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if (
                entry.name.lower().endswith(_SUFFIXES)
                and not entry.name.startswith(".")
                and entry.is_file(follow_symlinks=False)
            ):
                with contextlib.suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    files.append(
                        _Dropped(Path(entry.path), mark(status), status.st_mtime, status.st_size)
                    )
    return sorted(files, key=lambda file: (file.modified, file.path.name))


def _parts(file: _Dropped, largest: int) -> list[Part]:
    """What the file holds; nothing yet where it may still be in the writing."""
    if file.size > largest:
        return [file.part(problem=f"larger than {largest} bytes (max_body)")]
    try:
        content = read_regular(file.path, largest)
    except FileNotFoundError:
        return []
    except OSError as error:
        return [file.part(problem=why_not(file.path, error))]
    if content is None:
        return []
    lines = file.path.name.lower().endswith(_LINES)
    good, broken = _of_lines(content) if lines else _of_one(content)
    if (
        broken and abs(time.time() - file.modified) < YOUNG
    ):  # the file system's clock, whatever "now" the cycle has
        return []
    return [file.part(body) for body in good] + [file.part(problem=why) for why in broken[:1]]


def _of_one(content: bytes) -> tuple[list[bytes], list[str]]:
    _, broken = _decoded(content)
    return ([], [broken]) if broken else ([content], [])


def _of_lines(content: bytes) -> tuple[list[bytes], list[str]]:
    """The lines that are JSON (jobs together as one list, payloads of several jobs each by
    itself), and what is wrong with the others.
    """
    jobs, payloads, broken = [], [], []
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        value, problem = _decoded(line)
        if problem:
            broken.append(f"line {number}: {problem}")
        elif isinstance(value, dict) and not any(
            isinstance(value.get(key), list) for key in WRAPPERS
        ):
            jobs.append(line)
        else:
            payloads.append(line)
    if not jobs and not payloads and not broken:
        broken.append("it is empty")
    if broken and (jobs or payloads):
        broken[0] += (
            f" ({len(broken)} such lines; the other {len(jobs) + len(payloads)} were taken in)"
        )
    return [*([b"[" + b",".join(jobs) + b"]"] if jobs else []), *payloads], broken


def _decoded(text: bytes) -> tuple[Json, str | None]:
    try:
        return json.loads(text), None
    except RecursionError:
        return None, "the JSON is nested too deeply"
    except ValueError as error:
        return None, f"broken JSON ({error})" if text.strip() else "it is empty"


def _put_away(path: Path, reasons: list[str] | None, *, keep: bool) -> None:
    if not keep and not reasons:
        path.unlink()
        return
    folder = path.parent / ("bad" if reasons else "done")
    folder.mkdir(mode=0o700, exist_ok=True)
    target = _free(folder, path.name)
    path.rename(target)
    if reasons:
        target.with_name(f"{target.name}.txt").write_text(
            "\n".join(reasons) + "\n", encoding="utf-8"
        )


def _free(folder: Path, name: str) -> Path:
    """A name in the folder that no file has: the file's own, or with a number."""
    stem, dot, suffix = name.rpartition(".")
    target, number = folder / name, 1
    while os.path.lexists(target):
        number += 1
        target = folder / f"{stem}-{number}{dot}{suffix}"
    return target

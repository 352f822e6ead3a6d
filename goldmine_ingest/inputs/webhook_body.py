"""What a webhook was sent, as JSON that is safely kept: decompressed within the limit, forms and
lines of JSON turned into objects.
"""

from __future__ import annotations

import email.policy
import json
import os
import re
import secrets
import time
import zlib
from collections.abc import Iterable
from email.parser import BytesParser
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl

from goldmine_ingest.facts.job_lists import NEEDED, jobs_in, known_facts
from goldmine_ingest.inputs.webhook_request import Answer, Received, Refusal
from goldmine_ingest.model import Json
from goldmine_ingest.parse.loose_json import loads

MOST_WAITING = 10_000  # bodies that no cycle has taken yet; a full disk would help nobody
_MOST_FIELDS = 1000  # of a form
_PATH, _STEP, _DEEPEST = (
    re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)"),
    re.compile(r"\[([^\[\]]*)\]"),
    6,
)  # of names like jobs[0][title]
_MOST_MEMBERS = 100  # of a gzip body; each but the first costs a copy of what follows it
_GZIP_BEGINS = b"\x1f"
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


def take(received: Received) -> Answer:
    """Keeps what was received, and says what is in it. Raises Refusal, also where it can't be
    kept.
    """
    body = inflate(received.body, received.coding, received.endpoint.max_bytes)
    text, value = read(body, received.content_type)
    try:
        keep(text, received.endpoint.folder)
    except OSError as error:
        why = f"can't be kept ({error.strerror or type(error).__name__}); try again"
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, why) from None
    return described(value)


def inflate(body: bytes, coding: str, most: int) -> bytes:
    """The body without its gzip or deflate coding ('' for none). Raises Refusal; never makes
    more than `most` bytes and one.
    """
    if not coding:
        return body
    plain, rest = b"", body
    try:
        for _ in range(_MOST_MEMBERS):
            inflater = zlib.decompressobj(_window(rest, coding))
            plain += inflater.decompress(rest, most + 1 - len(plain))
            if len(plain) <= most and not inflater.eof:
                raise Refusal(HTTPStatus.BAD_REQUEST, f"the {coding} body breaks off")
            rest = inflater.unused_data
            if coding != "gzip" or len(plain) > most or rest[:1] != _GZIP_BEGINS:
                break  # padding after the end is ignored, as gzip(1) does
    except zlib.error:
        raise Refusal(
            HTTPStatus.BAD_REQUEST, f"the body says that it is {coding}, and is not"
        ) from None
    if len(plain) > most:
        raise Refusal(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"the body is larger than {most} bytes (max_bytes) when decoded",
        )
    return plain


def _window(data: bytes, coding: str) -> int:
    """zlib's name for the form of the data: senders use "deflate" for zlib's and for the raw
    one.
    """
    if coding == "gzip":
        return zlib.MAX_WBITS | 16
    wrapped = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS


def read(body: bytes, content_type: str) -> tuple[bytes, Json]:
    """A body as JSON, as text and as a value. JSON is taken as it is, whatever its type says it is:
    many senders don't set one.

    Raises Refusal where nothing can be read.
    """
    if not body.strip():
        raise Refusal(HTTPStatus.BAD_REQUEST, "the body is empty")
    kind = content_type.partition(";")[0].strip().lower()
    try:
        return body, json.loads(body)
    except RecursionError:
        raise Refusal(HTTPStatus.BAD_REQUEST, "the JSON is nested too deeply") from None
    except ValueError:
        value = _lines(body) or _form(body, kind, content_type) or _loose(body)
    if value is None:
        raise Refusal(HTTPStatus.BAD_REQUEST, "the body is not JSON, nor a form")
    return json.dumps(value).encode(), value


def _loose(body: bytes) -> Json:
    """JSON with a bad character in a string or a comma too many, as a feed's is read."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return None
    try:
        return loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None


def _lines(body: bytes) -> list[Json] | None:
    """JSONL: an object in each line."""
    lines = [line for line in body.splitlines() if line.strip()]
    if not all(line.lstrip().startswith(b"{") for line in lines):
        return None
    try:
        return [json.loads(line) for line in lines]
    except (ValueError, RecursionError):
        return None


def _form(body: bytes, kind: str, content_type: str) -> Json:
    """A form's fields: one job, or what its one field holds as JSON ("payload", "data", …)."""
    if kind == _FORM:
        fields = _urlencoded(body)
    elif kind == _MULTIPART:
        fields = _multipart(body, content_type)
    else:
        return None
    if not fields:
        return None
    values = _gathered((name, _nested(text)) for name, text in fields)
    holding = [
        value for value in values.values() if isinstance(value, dict | list) and jobs_in(value)
    ]
    return holding[0] if len(holding) == 1 else values


def _gathered(fields: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    """A name that occurs several times ("skills", "skills[]") has a list of its values;
    "jobs[0][title]" is a place in a list of jobs.
    """
    values: dict[str, Json] = {}
    for name, value in fields:
        path = _PATH.fullmatch(name)
        _put(
            values, [name] if path is None else [path[1], *_STEP.findall(path[2])][:_DEEPEST], value
        )
    return {name: _listed(value) for name, value in values.items()}


def _put(into: dict[str, Json], path: list[str], value: Json) -> None:
    key, *rest = path
    if rest in ([], [""]):
        if key not in into:
            into[key] = [value] if rest else value
        elif isinstance(into[key], list):
            into[key].append(value)
        else:
            into[key] = [into[key], value]
    elif isinstance(inner := into.setdefault(key, {}), dict):
        _put(inner, rest, value)


def _listed(value: Json) -> Json:
    """Places that are numbers make a list."""
    if not isinstance(value, dict) or not value:
        return value
    if all(key.isascii() and key.isdigit() for key in value):
        return [_listed(value[key]) for key in sorted(value, key=lambda key: (len(key), key))]
    return {key: _listed(each) for key, each in value.items()}


def _nested(text: str) -> Json:
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def _urlencoded(body: bytes) -> list[tuple[str, str]]:
    try:
        pairs = parse_qsl(body.decode("utf-8"), max_num_fields=_MOST_FIELDS, strict_parsing=True)
    except ValueError:
        return []
    return pairs


def _multipart(body: bytes, content_type: str) -> list[tuple[str, str]]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    fields = []
    for part in list(message.iter_parts())[:_MOST_FIELDS] if message.is_multipart() else ():
        name, content = (
            part.get_param("name", header="content-disposition"),
            part.get_payload(decode=True),
        )
        if isinstance(name, str) and isinstance(content, bytes):
            fields.append((name, content.decode("utf-8", "replace")))
    return fields


def described(value: Json) -> Answer:
    """What a sender who sets this up wants to know: how many jobs were found, which facts of
    theirs are known, and which are missing.
    """
    jobs = jobs_in(value)
    if jobs is None:
        message = (
            "taken, but no job is found in it: send a job with title and url, or a list of such"
        )
        return Answer(
            HTTPStatus.ACCEPTED, message, {"jobs": 0, "fields": [], "missing": list(NEEDED)}
        )
    objects = [job for job in jobs if isinstance(job, dict)]
    fields = known_facts(objects)
    missing = [name for name in NEEDED if name not in fields] if objects else []
    message = f"taken: {len(objects)} {'job' if len(objects) == 1 else 'jobs'}"
    if missing:
        message += f", without {' and '.join(missing)}"
    return Answer(
        HTTPStatus.ACCEPTED,
        message,
        {"jobs": len(objects), "fields": list(fields), "missing": missing},
    )


def keep(body: bytes, folder: Path) -> None:
    """Writes a body so that it survives a power cut and no reader sees half of it. Raises
    OSError, Refusal if too many wait.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.scandir(folder) as entries:
        if sum(1 for _ in entries) >= MOST_WAITING:
            raise Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE, "too many bodies wait for a cycle; try again"
            )
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}.json"
    unfinished = folder / f".{name}"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(folder / name)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

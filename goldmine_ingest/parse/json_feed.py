"""JSON Feed, the boards' JSON APIs and webhook payloads as raw entries."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from urllib.parse import urljoin

from goldmine_ingest.facts.job_lists import BODY, GUID, LINK, PUBLISHED, TITLE, jobs_in, stated
from goldmine_ingest.model import Json
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.parse.loose_json import loads

_UPDATED = ("date_modified", "updated", "updated_at", "last_updated")
# What a document's relative links are relative to, surest first.
_BASES = ("feed_url", "home_page_url", "base_url", "site_url")
_CATEGORIES = ("tags", "categories")
# Escapes of halves of characters, and of control characters but tab and line ends.
_FORBIDDEN = re.compile(r"\\u(?:[dD][89a-fA-F]|00(?:0[0-8bBcCeEfF]|1))|\\[bf]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read_json(text: str, *, max_entries: int) -> FeedDocument | str:
    """The feed in a JSON text, or why it is none."""
    try:
        value = loads(text, parse_constant=lambda _: None, parse_int=_integer, parse_float=_number)
    except RecursionError:
        return "the JSON is nested too deeply"
    except ValueError as error:
        return f"broken JSON ({error})"
    if _FORBIDDEN.search(text):
        value = _legal(value)
    jobs = jobs_in(value)
    if jobs is None:
        return "JSON without a list of jobs"
    objects = jobs[:max_entries]
    wrapper = value if isinstance(value, dict) else {}
    base = next((_string(wrapper.get(name)) for name in _BASES if wrapper.get(name)), "")
    entries = tuple(_entry(each, base) for each in objects if isinstance(each, dict))
    more = len(jobs) > max_entries
    return FeedDocument(
        kind="json",
        title=_string(wrapper.get("title") or wrapper.get("story_title")),
        link=_string(wrapper.get("home_page_url")).partition("?")[0],
        generator=_string(wrapper.get("version")),
        entries=entries,
        skipped=len(objects) - len(entries),
        complete=not more,
        problem=f"the feed holds more than {max_entries} entries; those after were left out"
        if more
        else None,
        keys=frozenset(key for entry in entries for key in entry.extra)
        | frozenset(f"wrapper:{key}" for key in wrapper),
    )


def _integer(text: str) -> Json:
    try:
        return int(text)
    except ValueError:  # Python refuses integers of more than 4300 digits
        return None


def _number(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _legal(value: Json) -> Json:
    if isinstance(value, str):
        return _CONTROLS.sub("", value.encode("utf-16", "surrogatepass").decode("utf-16", "ignore"))
    if isinstance(value, list):
        return [_legal(each) for each in value]
    if isinstance(value, dict):
        return {_legal(key): _legal(each) for key, each in value.items()}
    return value


def _entry(value: dict[str, Json], base: str) -> RawEntry:
    guid = _first(value, GUID)
    link = _first(value, LINK) or (guid if guid.startswith(("https://", "http://")) else "")
    return RawEntry(
        guid=guid,
        link=absolute(link, base),
        title=_first(value, TITLE),
        body=_first(value, BODY),
        published=_first(value, PUBLISHED),
        updated=_first(value, _UPDATED),
        categories=tuple(_categories(value)),
        author=_string(value.get("author")),
        extra=value,
    )


def absolute(link: str, base: str) -> str:
    """A relative link at the address that it is relative to; any other as it is."""
    if not base or not link or "://" in link[:12]:
        return link
    try:
        return urljoin(base, link)
    except ValueError:  # a broken IPv6 address
        return link


def _first(value: Mapping[str, Json], names: tuple[str, ...]) -> str:
    exact = next((text for name in names if (text := _string(value.get(name)))), "")
    return exact or _string(stated(value, names))


def _string(value: Json) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _categories(value: Mapping[str, Json]) -> Iterator[str]:
    for name in _CATEGORIES:
        several = value.get(name)
        if isinstance(several, list):
            yield from (each.strip() for each in several if isinstance(each, str) and each.strip())

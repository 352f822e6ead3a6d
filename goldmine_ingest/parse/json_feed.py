"""JSON Feed, the boards' JSON APIs and webhook payloads as raw entries."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from goldmine_ingest.model import Json
from goldmine_ingest.model.entry import FeedDocument, RawEntry

# The names under which boards keep their list of jobs, surest first.
_LISTS = (
    "items",
    "jobs",
    "projects",
    "hits",
    "results",
    "edges",
    "entries",
    "listings",
    "posts",
    "data",
    "result",
    "response",
    "searchresults",
)
_DEEPEST_WRAPPER = 5
_GUID = ("id", "objectID", "uid", "ciphertext", "jobId", "guid", "slug")
_LINK = ("url", "link", "jobUrl", "external_url", "job_url", "apply_url", "applicationLink", "href")
_TITLE = ("title", "position", "jobTitle", "job_title", "name", "story_title")
_BODY = (
    "content_html",
    "content_text",
    "description",
    "jobDescription",
    "comment_text",
    "story_text",
    "body",
    "preview_description",
    "snippet",
    "jobExcerpt",
    "excerpt",
    "summary",
)
_PUBLISHED = (
    *(
        "date_published",
        "published",
        "publishedAt",
        "pubDate",
        "publication_date",
        "pub_date",
        "publishedOn",
        "publishedDateTime",
        "postedDate",
        "posted_at",
    ),
    *("created_at", "createdOn", "createdDateTime", "submitdate", "time_submitted", "date_created", "date", "epoch"),
)
_UPDATED = ("date_modified", "updated", "updated_at", "last_updated")
_CATEGORIES = ("tags", "categories")
# Escapes of halves of characters, and of control characters but tab and line ends.
_FORBIDDEN = re.compile(r"\\u(?:[dD][89a-fA-F]|00(?:0[0-8bBcCeEfF]|1))|\\[bf]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read_json(text: str, *, max_entries: int) -> FeedDocument | str:
    """The feed in a JSON text, or why it is none."""
    try:
        value = json.loads(text, parse_constant=lambda _: None, parse_int=_integer, parse_float=_number)
    except RecursionError:
        return "the JSON is nested too deeply"
    except ValueError as error:
        return f"broken JSON ({error})"
    if _FORBIDDEN.search(text):
        value = _legal(value)
    found = _entry_list(value)
    if found is None:
        return "JSON without a list of jobs"
    objects = [_unwrapped(each) for each in found[:max_entries]]
    wrapper = value if isinstance(value, dict) else {}
    entries = tuple(_entry(each) for each in objects if isinstance(each, dict))
    more = len(found) > max_entries
    return FeedDocument(
        kind="json",
        title=_string(wrapper.get("title") or wrapper.get("story_title")),
        link=_string(wrapper.get("home_page_url")).partition("?")[0],
        generator=_string(wrapper.get("version")),
        entries=entries,
        skipped=len(objects) - len(entries),
        complete=not more,
        problem=f"the feed holds more than {max_entries} entries; those after were left out" if more else None,
        keys=frozenset(key for entry in entries for key in entry.extra) | frozenset(f"wrapper:{key}" for key in wrapper),
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


def _entry_list(value: Json, depth: int = 0) -> list[Any] | None:
    """The list of jobs: the document itself, or under the wrapper's most telling name; a list of objects before an empty list."""
    if isinstance(value, list):
        return value if not value or any(isinstance(each, dict) for each in value) else None
    if not isinstance(value, dict) or depth > _DEEPEST_WRAPPER:
        return None
    found = [inner for each in _by_promise(value) if (inner := _entry_list(each, depth + 1)) is not None]
    if depth == 0 and not found and _looks_like_job(value):
        return [value]
    return next((each for each in found if each), found[0] if found else None)


def _by_promise(wrapper: Mapping[str, Json]) -> Iterator[Json]:
    low = {key.lower(): each for key, each in wrapper.items()}
    for name in _LISTS:
        if name in low:
            yield low[name]
    for key, each in low.items():
        if key not in _LISTS and isinstance(each, dict) and key not in {"error", "errors", "filter", "meta", "pageinfo", "appliedfilters"}:
            yield each


def _looks_like_job(value: Mapping[str, Json]) -> bool:
    return any(value.get(key) for key in _TITLE) and any(value.get(key) for key in (*_LINK, "ciphertext"))


def _unwrapped(value: Json) -> Json:
    """GraphQL's edges hold their object under 'node'."""
    return value["node"] if isinstance(value, dict) and isinstance(value.get("node"), dict) else value


def _entry(value: dict[str, Json]) -> RawEntry:
    return RawEntry(
        guid=_first(value, _GUID),
        link=_first(value, _LINK),
        title=_first(value, _TITLE),
        body=_first(value, _BODY),
        published=_first(value, _PUBLISHED),
        updated=_first(value, _UPDATED),
        categories=tuple(_categories(value)),
        author=_string(value.get("author")),
        extra=value,
    )


def _first(value: Mapping[str, Json], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := _string(value.get(name)))), "")


def _string(value: Json) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _categories(value: Mapping[str, Json]) -> Iterator[str]:
    for name in _CATEGORIES:
        several = value.get(name)
        if isinstance(several, list):
            yield from (each.strip() for each in several if isinstance(each, str) and each.strip())

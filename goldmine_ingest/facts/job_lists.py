"""Where jobs stand in a JSON document, and under which names boards, relays and automations keep
their facts.

The reader of feeds and the webhook's receiver share this, so that what the receiver says it found
is what the reader will read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from goldmine_ingest.facts.job_keys import client_and_activity
from goldmine_ingest.facts.job_pay import pay_of_keys
from goldmine_ingest.model import Json

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
# What a webhook's payload is wrapped in: an element of a list that has one of them holds several
# jobs.
WRAPPERS = ("projects", "items", "jobs", "entries", "results", "hits", "listings")
_DEEPEST_WRAPPER = 5
GUID = ("id", "objectID", "uid", "ciphertext", "jobId", "job_id", "guid", "slug")
LINK = (
    *("url", "link", "jobUrl", "external_url", "job_url", "absolute_url", "hostedUrl", "jobLink"),
    *("job_link", "permalink", "canonical_url", "web_url", "apply_url", "applyUrl"),
    *("applicationLink", "redirect_url", "href", "EntryUrl"),
)
TITLE = (
    "title",
    "position",
    "jobTitle",
    "job_title",
    "name",
    "story_title",
    "headline",
    "EntryTitle",
)
BODY = (
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
    # n8n's and Zapier's RSS readers
    "content:encoded",
    "content",
    "contentSnippet",
    "job_description",
    "text",
    "details",
    "EntryContent",  # IFTTT's ingredients begin so
)
PUBLISHED = (
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
        "isoDate",
        "posted",
        "postedAt",
        "postedOn",
        "posted_on",
        "datePosted",
        "date_posted",
        "publishedTime",
        "publishTime",
        "publish_time",
        "absoluteDate",
        "publishedDate",
        "dateCreated",
        "EntryPublished",
    ),
    *(
        "created_at",
        "createdOn",
        "createdDateTime",
        "submitdate",
        "time_submitted",
        "date_created",
        "date",
        "epoch",
    ),
)
# The history's names of facts, and the names under which they come.
_FACTS: Mapping[str, tuple[str, ...]] = {
    "title": TITLE,
    "url": LINK,
    "description": BODY,
    "id": GUID,
    "posted_at": PUBLISHED,
    "skills": ("skills", "tags", "tagList", "required_skills", "technologies"),
    "category": ("category", "categories", "subcategory"),
    "budget": (
        *(
            "budget",
            "budget_type",
            "budgetType",
            "amount",
            "rate",
            "pay",
            *("price", "fixedPrice", "hourlyRate", "hourlyRange", "compensation", "jobBudget"),
            "hourlyBudgetMin",
            "hourlyBudgetMax",
        ),
        *("salary", "salary_min", "salary_max", "salaryMin", "salaryMax", "minSalary", "maxSalary"),
    ),
    "client": (
        "client_details",
        "clientDetails",
        "client",
        "company",
        "company_name",
        "companyName",
        "owner",
    ),
    "country": ("country", "location", "locations", "candidate_required_location"),
    "duration": ("duration", "durationLabel"),
    "experience_level": ("experience_level", "experienceLevel", "contractorTier"),
}
# Without these a job can't be told apart, opened or judged.
NEEDED = ("title", "url", "description")
# What n8n puts around an item, and around what its own webhook was sent.
_N8N_ITEM = frozenset({"json", "binary", "pairedItem", "error", "index"})
_NOTHING: tuple[Json, ...] = (None, "", [], {})
_NO_LETTER = re.compile(r"[\W_]+")
_N8N_REQUEST = frozenset({"headers", "body"})


def jobs_in(value: Json) -> list[Any] | None:
    """The elements that hold jobs: the document itself, or what stands under its wrapper's most
    telling name; None where there are none.

    Envelopes of GraphQL ("node") and n8n ("json", "body") are taken off, and a list of payloads
    becomes one list of their jobs.
    """
    entries = _entry_list(_unwrapped(value))
    return None if entries is None else list(_flat(entries))


def known_facts(jobs: Iterable[Any]) -> tuple[str, ...]:
    """The history's names of those facts that any of the jobs states, by the names that its
    readers know.
    """
    objects = [job for job in jobs if isinstance(job, dict)]
    named = [
        name
        for name, keys in _FACTS.items()
        if any(stated(job, keys) is not None for job in objects)
    ]
    keyed = {name for job in objects for name in client_and_activity(job)}
    if "budget" not in named and any(pay_of_keys(job) for job in objects):
        named.append("budget")
    return (*named, *sorted(keyed.difference(named, {"client_currency"})))


def stated(job: Mapping[str, Json], names: Iterable[str]) -> Json:
    """The first value that an object states under one of the names; as they are, else however
    they are spelled ("Posted At", "posted_at", "postedAt").
    """
    names = tuple(names)
    for name in names:
        if (value := job.get(name)) not in _NOTHING:
            return value
    spelled = {_folded(key): value for key, value in job.items() if value not in _NOTHING}
    return next((spelled[folded] for name in names if (folded := _folded(name)) in spelled), None)


@lru_cache(maxsize=4096)
def _folded(key: str) -> str:
    return _NO_LETTER.sub("", key[:80].lower())


def _flat(entries: Iterable[Json]) -> Iterator[Json]:
    for entry in entries:
        inner = _unwrapped(entry)
        several = inner if isinstance(inner, list) else _payload(inner)
        if several is None:
            yield inner
        else:
            yield from (_unwrapped(job) for job in several)


def _payload(value: Json) -> list[Any] | None:
    """The jobs of a payload that stands in a list beside others; None for a job."""
    if not isinstance(value, dict) or any(value.get(key) for key in TITLE):
        return None
    lists = (value.get(name) for name in WRAPPERS)
    return next(
        (
            jobs
            for jobs in lists
            if isinstance(jobs, list) and any(isinstance(job, dict) for job in jobs)
        ),
        None,
    )


def _unwrapped(value: Json) -> Json:
    """What an envelope holds: GraphQL's edge, n8n's item, the request that n8n's webhook node
    passes on.
    """
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("node"), dict):
        return value["node"]
    if isinstance(value.get("json"), dict) and _N8N_ITEM.issuperset(value):
        return _unwrapped(value["json"])
    if isinstance(value.get("body"), dict | list) and _N8N_REQUEST.issubset(value):
        return value["body"]
    return value


def _entry_list(value: Json, depth: int = 0) -> list[Any] | None:
    """A list of objects before an empty list."""
    if isinstance(value, list):
        return value if not value or any(isinstance(each, dict) for each in value) else None
    if not isinstance(value, dict) or depth > _DEEPEST_WRAPPER:
        return None
    lists = [
        inner for each in _by_promise(value) if (inner := _entry_list(each, depth + 1)) is not None
    ]
    if depth == 0 and not lists and _looks_like_job(value):
        return [value]
    return next((each for each in lists if each), lists[0] if lists else None)


def _by_promise(wrapper: Mapping[str, Json]) -> Iterator[Json]:
    low = {key.lower(): inner for key, inner in wrapper.items()}
    for name in _LISTS:
        if name in low:
            yield low[name]
    for key, inner in low.items():
        if (
            key not in _LISTS
            and isinstance(inner, dict)
            and key not in {"error", "errors", "filter", "meta", "pageinfo", "appliedfilters"}
        ):
            yield inner


def _looks_like_job(value: Mapping[str, Json]) -> bool:
    return bool(stated(value, TITLE) and stated(value, (*LINK, "ciphertext")))

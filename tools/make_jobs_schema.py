"""Makes what is told of the JSON that `webhook:` and `drop:` take:
`python -m tools.make_jobs_schema`.

- `config/jobs.schema.json`: the JSON Schema of a job, of a list of jobs, and of what wraps one;
- `docs/json.md`: the page, with its examples.

A test holds both against this module, and every name and example against the reader.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from goldmine_ingest.facts.job_lists import BODY, GUID, LINK, PUBLISHED, TITLE, WRAPPERS

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "config" / "jobs.schema.json"
PAGE = ROOT / "docs" / "json.md"


@dataclass(frozen=True)
class Fact:
    """A fact that a job may state: its name, what it means, an example, the columns of `listings`
    that it fills, and other names under which it is read too.
    """

    name: str
    meaning: str
    example: Any
    fills: tuple[str, ...]
    also: tuple[str, ...] = ()
    types: tuple[str, ...] = ("string",)


TEXT_OR_NUMBER = ("string", "number")
FACTS: tuple[Fact, ...] = (
    Fact("title", "The job's title.", "Ledger audit", ("title",), TITLE),
    Fact("url", "Its address; relative ones are resolved against the feed's.",
         "https://quay.example/jobs/991", ("url",), LINK),
    Fact("description", "Its text, plain or HTML.", "We need an audit of last year's ledger.",
         ("description",), BODY),
    Fact("id", "Its id where it comes from, which tells an edit from a new job.", "991",
         ("guid",), GUID, ("string", "integer")),
    Fact("posted_at", "When it was posted: ISO 8601, RFC 5322, seconds since 1970, or words"
         " (\"2 hours ago\").", "2026-09-28T09:30:00Z", ("posted_at",), PUBLISHED,
         TEXT_OR_NUMBER),
    Fact("skills", "A list, or words between commas.", ["SQL", "dbt"], ("skills",),
         ("tags", "required_skills", "technologies"), ("array", "string")),
    Fact("category", "The board's category.", "Data", ("category",)),
    Fact("company", "Who offers it.", "Quay Ltd", ("company",), ("company_name", "companyName")),
    Fact("budget", "What it pays, in words, as a number, or as an object {min, max, amount,"
         " currency, type}. \"$1,400 fixed\", \"€40-60/hr\", 900.", "$1,400 fixed",
         ("budget_min", "budget_max", "currency", "pay", "pay_period"),
         ("price", "rate", "salary", "pay", "hourly_rate"), ("string", "number", "object")),
    Fact("budget_min", "The lower end, as a number.", 500, ("budget_min",),
         ("hourly_rate_min", "salary_min", "minSalary"), ("number",)),
    Fact("budget_max", "The upper end, as a number.", 900, ("budget_max",),
         ("hourly_rate_max", "salary_max", "maxSalary"), ("number",)),
    Fact("currency", "The amounts' currency, ISO 4217.", "EUR", ("currency",),
         ("budget_currency", "currencyCode")),
    Fact("budget_type", "\"fixed\" or \"hourly\", for amounts that don't say it.", "hourly",
         ("pay", "pay_period"), ("job_type", "payment_type", "contractType")),
    Fact("experience_level", "\"entry\", \"intermediate\" or \"expert\".", "Expert",
         ("experience_level",), ("experienceLevel", "tier", "experience")),
    Fact("duration", "How long the work lasts, in words.", "1 to 3 months", ("duration",),
         ("project_length", "projectLength")),
    Fact("hours_per_week", "A number, or words.", 20, ("hours_per_week",),
         ("weekly_hours", "workload"), TEXT_OR_NUMBER),
    Fact("proposals", "How many have applied: a count, or a band (\"10 to 15\").", 17,
         ("proposals_min", "proposals_max"), ("applicants", "bids", "proposals_count"),
         TEXT_OR_NUMBER),
    Fact("interviewing", "How many are being interviewed.", 2, ("interviewing",),
         ("interviews",), TEXT_OR_NUMBER),
    Fact("connects", "What applying costs on Upwork.", 16, ("connects",),
         ("connects_required", "connectsRequired"), TEXT_OR_NUMBER),
    Fact("client_country", "Where the client is: a name or an ISO code.", "Germany", ("country",),
         ("clientCountry", "client_location")),
    Fact("client_payment_verified", "Whether the client's payment method is verified.", True,
         ("client_payment_verified",), ("payment_verified", "paymentVerified"),
         ("boolean", "string")),
    Fact("client_total_spent", "What the client has spent: a number of US dollars, or \"$12K\".",
         "$12K", ("client_spent",), ("clientTotalSpent", "total_spent"), TEXT_OR_NUMBER),
    Fact("client_hires", "Whom the client has hired so far.", 14, ("client_hires",),
         ("client_total_hires", "totalHires"), TEXT_OR_NUMBER),
    Fact("client_jobs_posted", "How many jobs the client has posted.", 20,
         ("client_posted_jobs",), ("clientJobsPosted",), TEXT_OR_NUMBER),
    Fact("client_hire_rate", "The share of them that ended in a hire: 0.8, 80 or \"80%\".", "80%",
         ("client_hire_rate",), ("clientHireRate", "hire_rate"), TEXT_OR_NUMBER),
    Fact("client_rating", "Stars, 0 to 5.", 4.9, ("client_rating",), ("clientRating",),
         TEXT_OR_NUMBER),
    Fact("client_reviews", "How many reviews they are of.", 31, ("client_reviews",),
         ("clientReviews",), TEXT_OR_NUMBER),
    Fact("client_avg_hourly_rate", "What the client pays by the hour on average, in US dollars.",
         28.5, ("client_avg_hourly",), ("clientAvgHourlyRate", "avg_hourly_rate"),
         TEXT_OR_NUMBER),
)  # fmt: skip
# Facts of the client may stand in an object, under these names (and those of other makers).
CLIENT = {
    "country": "Germany", "payment_verified": True, "total_spent": 12000, "total_hires": 14,
    "jobs_posted": 20, "hire_rate": 0.7, "rating": 4.9, "reviews": 31, "avg_hourly_rate": 28.5,
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """A body that the page shows: who sends it, and the columns that must be known of its job."""

    sender: str
    body: Any
    known: frozenset[str] = field(default_factory=frozenset)


EXAMPLES: tuple[Example, ...] = (
    Example("your own program", {fact.name: fact.example for fact in FACTS if fact.name not in
            ("budget", "budget_type")} | {"budget_type": "fixed"},
            frozenset({"title", "url", "budget_min", "currency", "client_spent", "proposals_min"})),
    Example("n8n's RSS node", [{"title": "Ledger audit", "link": "https://quay.example/jobs/992",
            "contentSnippet": "We need an audit.", "isoDate": "2026-09-28T09:30:00.000Z",
            "guid": "992", "budget": "$1,400 fixed"}],
            frozenset({"title", "url", "description", "posted_at", "budget_max"})),
    Example("Zapier", {"Title": "Ledger audit", "URL": "https://quay.example/jobs/993",
            "Description": "An audit.", "Budget": "$45-60/hr", "Posted At": "2026-09-28 09:30",
            "Skills": "SQL, dbt"},
            frozenset({"title", "url", "posted_at", "budget_min", "skills"})),
    Example("IFTTT", {"EntryTitle": "Ledger audit", "EntryUrl": "https://quay.example/jobs/995",
            "EntryContent": "An audit. Budget: $900",
            "EntryPublished": "September 28, 2026 at 09:30AM"},
            frozenset({"title", "url", "posted_at", "budget_max"})),
    Example("a scraping service", {"jobs": [{"title": "Ledger audit",
            "url": "https://www.upwork.com/jobs/~022000000000000000402",
            "description": "An audit of ledgers.", "jobType": "HOURLY",
            "hourlyRate": {"min": 45, "max": 60}, "applicants": {"total": 17, "interviewing": 2},
            "client": CLIENT}]},
            frozenset({"budget_min", "budget_max", "proposals_min", "interviewing", "country",
                       "client_spent", "client_hire_rate"})),
)  # fmt: skip


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12). What isn't named here may stand in a job, and is kept."""
    names = {fact.name: _property(fact) for fact in FACTS}
    job = {
        "type": "object",
        "properties": names | {
            "client": {
                "type": "object",
                "description": "Facts of the client in an object of their own.",
                "examples": [CLIENT],
            }
        },
        "minProperties": 2,
        "description": "A job: title and url at least, in whatever spelling of their names.",
    }  # fmt: skip
    wrapped = {
        "type": "object",
        "anyOf": [
            {"required": [name], "properties": {name: {"$ref": "#/$defs/jobs"}}}
            for name in WRAPPERS
        ],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What webhook: and drop: take",
        "anyOf": [
            {"$ref": "#/$defs/jobs"},
            {"$ref": "#/$defs/wrapped"},
            {"$ref": "#/$defs/job"},
        ],
        "$defs": {
            "job": job,
            "jobs": {"type": "array", "items": {"$ref": "#/$defs/job"}},
            "wrapped": wrapped,
        },
    }


def _property(fact: Fact) -> dict[str, Any]:
    types = list(fact.types)
    also = [name for name in fact.also if name != fact.name]
    told = f" Read too: {', '.join(also)}." if also else ""
    return {
        "description": f"{fact.meaning}{told}",
        "type": types[0] if len(types) == 1 else types,
        "examples": [fact.example],
    } | ({"items": {"type": "string"}} if "array" in types else {})


def page() -> str:
    """docs/json.md."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield HEAD
    yield "| name | what it says | fills | read too |"
    yield "|---|---|---|---|"
    for fact in FACTS:
        also = ", ".join(f"`{name}`" for name in fact.also if name != fact.name)
        fills = ", ".join(f"`{name}`" for name in fact.fills)
        yield f"| `{fact.name}` | {fact.meaning} | {fills} | {also or '–'} |"
    yield MORE
    for example in EXAMPLES:
        yield f"From {example.sender}:\n"
        yield f"```json\n{_written(example.body)}\n```\n"
    yield TAIL


def _written(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, indent=1)


def files() -> Mapping[Path, str]:
    """Each file that this module makes, and its text."""
    return {SCHEMA: json.dumps(schema(), ensure_ascii=False, indent=2) + "\n", PAGE: page()}


HEAD = """\
# JSON in: what `webhook:` and `drop:` take

Made by `python -m tools.make_jobs_schema`; a test fails if it isn't up to date, and holds every name and example against the reader.

A body is a job, a list of jobs, or either under a name such as `projects`, `items` or `jobs`. A job is an object; the names below are the
plain ones, and a name is read however it is spelled (`posted_at`, `postedAt`, `Posted At`). [`config/jobs.schema.json`](../config/jobs.schema.json)
is the JSON Schema; it comes with the package. Title and url are needed for a listing that can be opened, a description for one that can be
judged; everything else is optional, and what isn't stated is unknown. Names that nobody knows are kept with the raw entry.
"""
MORE = """
The client's facts may stand in an object of their own (`client`, `client_details`, `clientInfo`, `buyer`, `employer`), with the same names
without `client_`; applicants in `applicants` or `activity`.

## Examples
"""
TAIL = """\
The webhook's answer names what was found: `fields` lists the facts by the names of the columns (`title`, `url`, `budget`, `client_spent`,
`proposals_min` …), `missing` which of title, url and description no job has. A file in a `drop:` folder with nothing in it that is a job
goes to `bad/`, with the reason in a `.txt` beside it. One bad character in a string loses that character, not the body; a comma too many
is left out; a body that is gzip is read as gzip.
"""

if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")

"""Templates to HTML. Everything is escaped by Jinja; a name that a template lacks is an error; no
template bears a script, a style or an event handler of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from goldmine_ingest.render.clean import visible as without_marks
from goldmine_ingest.render.match import duration
from goldmine_ingest.text.utc_time import instant
from goldmine_ingest.web.glance import Glance
from goldmine_ingest.web.guard import STATIC

if TYPE_CHECKING:
    from goldmine_ingest.model import Json
    from goldmine_ingest.web.response import Answer
from goldmine_ingest.web.visit import Visit

_HERE = Path(__file__).parent
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of static/, under a name that changes with its content."""

    name: str
    content: bytes
    kind: str


@cache
def assets() -> Mapping[str, Asset]:
    """By the file's own name: 'page.css'."""
    by_name = {}
    for path in sorted((_HERE / "static").iterdir()):
        content = path.read_bytes()
        if path.suffix == ".css":
            content = _lean(content.decode()).encode()
        digest = hashlib.sha256(content).hexdigest()[:12]
        name = f"{path.stem}-{digest}{path.suffix}"
        by_name[path.name] = Asset(name, content, _KINDS[path.suffix])
    return by_name


def _lean(css: str) -> str:
    """Without remarks, indents and line ends: a sixth of what would be sent."""
    for pattern, kept in ((r"/\*.*?\*/", ""), (r"\s+", " "), (r" ?([{};,]) ?", r"\1"), (": ", ":")):
        css = re.sub(pattern, kept, css, flags=re.DOTALL)
    return css.replace(";}", "}")


def asset_path(name: str) -> str:
    return STATIC + assets()[name].name


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    made.globals.update(asset=asset_path, quoted=lambda text: quote(text, safe=""))
    made.filters.update(instant=instant, counted=counted, setting=setting, verbatim=verbatim)
    return made


def _visible(value: Any) -> Any:
    """What every template shows: text without control and direction marks, which would show a page
    in another order than it stands in. Line ends stay.
    """
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return "\n".join(map(without_marks, value.split("\n")))


def verbatim(text: str) -> Markup:
    """Escaped and otherwise as it is: for a text that comes back from a form and is kept."""
    return escape(text)


def counted(count: int, noun: str) -> str:
    """'1 feed', '12 feeds'."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def setting(value: Json) -> str:
    """A value as criteria.toml writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(setting(item) for item in value)}]"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return f'"{value}"' if isinstance(value, str) else str(value)


def render(visit: Visit, answer: Answer, *, kept_from: datetime | None = None) -> str:
    """The whole page; without head for the script, which asks for a fragment."""
    glanced = visit.glanced or Glance()
    zone = visit.site.zone()

    def clock(at: datetime) -> str:
        return f"{at.astimezone(zone):%H:%M}"

    def moment(at: datetime) -> str:
        """As people write it: '18:06' today, '21 Nov' else."""
        here, today = at.astimezone(zone), visit.now.astimezone(zone)
        if here.date() == today.date():
            return f"{here:%H:%M}"
        day = f"{here.day} {here:%b}"
        return day if here.year == today.year else f"{day} {here.year}"

    facts: dict[str, Any] = {
        "place": answer.name,
        "glance": glanced,
        "fragment": visit.fragment,
        "keys_on": visit.keys_on,
        "signed_in": visit.session is not None,
        "token": visit.token,
        "new_event": visit.new_event,
        "now": visit.now,
        "ago": lambda at: duration(visit.now - at),
        "clock": clock,
        "moment": moment,
        "broken": visit.site.broken,
        "kept_from": kept_from,
        "tabs": visit.site.tabs,
        "has_tune": any(tab.name == "tune" for tab in visit.site.tabs),
        "here": visit.path,
        "query": visit.query,
        **answer.facts,
    }
    text = environment().get_template(answer.template).render(facts)
    return visit.site.redactor.clean(text)

"""The user's own wording of a match: `config/templates/NAME.txt` or `.html`, where NAME is a
destination or a kind of destination.

A template is Jinja, sandboxed. It writes what stands below the title (the title bears the marks
that must not get lost: "(may repeat)", "[review]"), from facts that are escaped for the service
already. The service's length limit and the listing's link are ours to keep. Jinja is imported when
the first template is filled: who has none doesn't pay for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from goldmine_ingest.errors import GoldmineError
from goldmine_ingest.render.clean import cut
from goldmine_ingest.render.compose import longest
from goldmine_ingest.render.compose import write as write_lines
from goldmine_ingest.render.layout import button_lines
from goldmine_ingest.render.message import MatchAlert
from goldmine_ingest.render.styles import Style
from goldmine_ingest.render.targets import Target, TargetKind

LONGEST_TEMPLATE = 64 * 1024
# Facts that are one text each, and those that are lists of texts.
TEXTS = (
    *(
        "title",
        "pay",
        "pay_base",
        "proof",
        "result",
        "offer",
        "ask",
        "excerpt",
        "first_step",
        "lead",
        "age",
        "expires",
        "competition",
        "connects",
    ),
    *("country", "client", "client_note", "host", "platform", "company", "decision", "short_id"),
)
# What a language model said: `opinion.ask` …
OF_OPINION = ("ask", "first_step", "doubt")
LISTS = ("quotes", "check", "flags", "changed", "feeds")


class TemplateError(GoldmineError):
    """A template that can't be used; the built-in wording is used in its place. `subject` is the
    file's name.
    """


@dataclass(frozen=True, slots=True)
class Template:
    """A template's file name and text."""

    name: str
    source: str

    def body(self, alert: MatchAlert, target: Target, style: Style, room: int) -> str:
        """The template filled, in at most `room` units: its facts are shortened, never what is
        already written. The link is added if the template leaves it out. Raises TemplateError.
        """
        fill = self._compiled()
        link = style.link(alert.link) if alert.link else ""
        decide = write_lines(button_lines(alert, target), style)

        def write(most: int) -> str:
            text = fill({**_facts(alert, style, link, most), "decide": decide}).strip()
            if target.body_format != "html":
                text = text.replace("\n", style.newline)
            for needed in (link, decide):
                if needed not in text:
                    text = f"{text}{style.newline}{needed}".removeprefix(style.newline)
            return text

        text = write(10_000)
        if target.size(text) > room:
            text = longest(write, target, room)
        if target.size(text) > room:
            raise TemplateError(
                "makes a message that is too long even with its facts left out", subject=self.name
            )
        if not text:
            raise TemplateError("makes an empty message", subject=self.name)
        return text

    def _compiled(self) -> Callable[[Mapping[str, Any]], str]:
        from jinja2 import StrictUndefined
        from jinja2 import TemplateError as JinjaError
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        try:
            # Nothing is escaped here: the facts are, for a service that may not know HTML.
            template = ImmutableSandboxedEnvironment(
                undefined=StrictUndefined, autoescape=False
            ).from_string(self.source)
        except JinjaError as error:
            raise TemplateError(f"is no valid template: {error}", subject=self.name) from error

        def fill(facts: Mapping[str, Any]) -> str:
            try:
                return template.render(facts)
            except Exception as error:  # an expression of the user's may raise anything
                raise TemplateError(f"can't be filled: {error}", subject=self.name) from error

        return fill


def _facts(alert: MatchAlert, style: Style, link: str, most: int) -> dict[str, Any]:
    """What a template may name. Each text is escaped, and at most `most` characters long before
    that.
    """
    facts: dict[str, Any] = {name: style.text(cut(getattr(alert, name), most)) for name in TEXTS}
    facts |= {
        name: [style.text(cut(text, most)) for text in getattr(alert, name)] for name in LISTS
    }
    opinion = {name: style.text(cut(getattr(alert.opinion, name), most)) for name in OF_OPINION}
    return {
        **facts,
        "opinion": opinion,
        "score": f"{alert.score:.2f}",
        "link": link,
        "may_repeat": alert.may_repeat,
    }


def file_names(destination: str, target: Target) -> tuple[str, ...]:
    """The files that may hold a destination's wording, its own before its kind's; none for a
    webhook, whose message is JSON.
    """
    if target.kind is TargetKind.WEBHOOK:
        return ()
    suffix = "html" if target.body_format == "html" else "txt"
    return f"{destination}.{suffix}", f"{target.kind.value}.{suffix}"

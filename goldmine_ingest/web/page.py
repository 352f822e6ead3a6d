"""What a page is: a module of pages/ with a PAGE, and a template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from goldmine_ingest.web.response import Answer, Tab
from goldmine_ingest.web.visit import Visit

Handler = Callable[[Visit], Answer]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A path (with {names}, as Starlette writes them) and what answers it. `open`: also for who
    isn't signed in. What is asked for by POST has brought its session and its form's token along
    when the handler is called.
    """

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    open: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """`title` is its name in the top bar, "" where it isn't there; `key` follows G on the keyboard
    and leads to `path`.
    """

    name: str
    endpoints: tuple[Endpoint, ...]
    title: str = ""
    path: str = ""
    key: str = ""

    @property
    def tab(self) -> Tab:
        return Tab(self.name, self.title, self.path, self.key)


def get(path: str, handler: Handler, *, is_open: bool = False) -> Endpoint:
    return Endpoint("GET", path, handler, is_open)


def post(path: str, handler: Handler) -> Endpoint:
    return Endpoint("POST", path, handler)

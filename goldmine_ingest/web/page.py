"""What a page is: a module of pages/, a row of its table, and a template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from goldmine_ingest.web.response import Answer, Tab

if TYPE_CHECKING:
    from goldmine_ingest.web.visit import Visit

Handler = Callable[["Visit"], Answer]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A path (with {names}, as Starlette writes them) and the function of the page's module that
    answers it. `open`: also for who isn't signed in. What is asked for by POST has brought its
    session and its form's token along when it is called.
    """

    method: Literal["GET", "POST"]
    path: str
    handler: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """`name` is its module; `title` its name in the top bar, "" where it isn't there; `key` follows
    G on the keyboard and leads to `path`.
    """

    name: str
    endpoints: tuple[Endpoint, ...]
    title: str = ""
    path: str = ""
    key: str = ""

    @property
    def tab(self) -> Tab:
        return Tab(self.name, self.title, self.path, self.key)

    def handler(self, endpoint: Endpoint) -> Handler:
        """Loads the module: at the start most of them, and what tunes and reports, would be half
        a second that the first page waits for.
        """
        handler: Handler = getattr(
            import_module(f"goldmine_ingest.web.pages.{self.name}"), endpoint.handler
        )
        return handler


def get(path: str, handler: str, *, is_open: bool = False) -> Endpoint:
    return Endpoint("GET", path, handler, is_open)


def post(path: str, handler: str) -> Endpoint:
    return Endpoint("POST", path, handler)

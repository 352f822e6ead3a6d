"""`goldmine check` about [actions]: how one decides by each destination's messages, and what keeps
presses from coming back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from goldmine_ingest.pipeline.delivery.buttons import have_buttons, have_links
from goldmine_ingest.render.targets import TargetKind, kind_of
from goldmine_ingest.settings.project import Project

Way = Literal["buttons", "links"]
_KEPT_BY_NTFY = timedelta(hours=12)
WORDS: Mapping[Way | None, str] = {
    "buttons": "buttons, whose presses are fetched",
    "links": "links to the door",
    None: "",
}


def ways_to_decide(project: Project, urls: Mapping[str, str]) -> dict[str, Way | None]:
    """By the names of the destinations whose addresses are known (`urls`)."""
    ways: dict[str, Way | None] = {}
    for destination in project.destinations:
        url = urls.get(destination.name)
        if url is None:
            continue
        if have_buttons(project, destination, url):
            ways[destination.name] = "buttons"
        else:
            ways[destination.name] = "links" if have_links(project, destination, url) else None
    return ways


def action_doubts(project: Project, urls: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is set up and can't work, or works for nobody."""
    if project.actions is None:
        return
    ways = ways_to_decide(project, urls)
    if project.actions.url and "links" not in ways.values():
        yield "actions.url", "no destination has links: each has buttons of its own, or none"
    elif not any(ways.values()):
        yield "actions", "no destination's messages can be answered; url would give them links"
    if _polled_rarely(project) and any(
        ways.get(name) == "buttons" and kind_of(url) is TargetKind.NTFY
        for name, url in urls.items()
    ):
        yield (
            "actions",
            "no feed is asked within 12 hours, for which ntfy keeps what is pressed: goldmine run"
            " may come too late for it; goldmine serve and goldmine web hear it at once",
        )
    for index, destination in enumerate(project.destinations):
        url = urls.get(destination.name, "")
        if kind_of(url) is not TargetKind.NTFY or ways.get(destination.name) != "buttons":
            continue
        if "@" in urlsplit(url).netloc and not destination.reply_token and not project.actions.url:
            yield (
                f"notify[{index}].reply_token",
                "the server asks for a login: without a token that may write into the reply topic"
                " a phone's presses may be refused",
            )


def _polled_rarely(project: Project) -> bool:
    """Whether cycles are further apart than ntfy's cache, https://docs.ntfy.sh/config/#message-cache
    (Telegram keeps presses for a day, and no feed is asked more rarely).
    """
    times = [feed.every for feed in project.feeds if feed.enabled]
    return bool(times) and all(every is not None and every > _KEPT_BY_NTFY for every in times)


def about_the_door(project: Project) -> str | None:
    """Where the door is, in a sentence; None where there is none."""
    if project.actions is None or not project.actions.url:
        return None
    address, port = project.actions.listen
    return (
        f"the door listens on {address}:{port} while goldmine serve or goldmine web runs;"
        f" {project.actions.url} must lead there, and there alone"
    )

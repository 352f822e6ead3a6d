"""What a message has beside its words, by service: a touch opens the listing, and Apprise adds no
pictures, footers or authors of its own.

Where Apprise has a parameter for it the plugin gets it, unless the owner's URL has set it; what it
has none for, or spoils on its way (it percent-encodes ntfy's link a second time), is put into the
request before that leaves.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from goldmine_ingest.model.press import Buttons
from goldmine_ingest.notify.presses import ntfy_server
from goldmine_ingest.render.clean import host_of
from goldmine_ingest.render.message import Rendered

# Per service: the plugin's attribute, and the URL's parameter that sets it.
_PICTURES = {
    "ntfy": {"include_image": "image"},
    "slack": {
        "include_image": "image",
        "include_footer": "footer",
        "include_timestamp": "timestamp",
    },
    "discord": {"avatar": "avatar"},
}
_NTFY_MOST = 3  # buttons: https://docs.ntfy.sh/publish/#action-buttons
_TITLE_LIMIT = 100  # characters: https://pushover.net/api#urls

Amend = Callable[[Any], None]


def set_up(plugin: Any, service: str, url: str, rendered: Rendered) -> None:
    """Sets what the plugin has a parameter for."""
    given = {name.lower() for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    for attribute, parameter in _PICTURES.get(service, {}).items():
        if parameter not in given:
            setattr(plugin, attribute, False)
    if service == "pushover" and rendered.tap and not plugin.supplemental_url:
        plugin.supplemental_url = rendered.tap
        plugin.supplemental_url_title = f"Open on {host_of(rendered.tap)}"[:_TITLE_LIMIT]


@contextmanager
def plain_part(service: str, rendered: Rendered) -> Iterator[None]:
    """A mail's plain alternative is our own plain text: the one that Apprise makes of the HTML
    loses the addresses behind its links.
    """
    if service != "email":
        yield
        return
    module: Any = importlib.import_module("apprise.plugins.email.base")
    made = module.convert_between
    module.convert_between = lambda *_: rendered.plain
    try:
        yield
    finally:
        module.convert_between = made


def amending(plugin: Any, service: str, rendered: Rendered) -> Amend:
    """What is done to each request that holds the message."""

    def amend(request: Any) -> None:
        if service == "ntfy" and rendered.tap and plugin.click is None:
            request.headers["X-Click"] = rendered.tap
        if more := _more(plugin, service, rendered):
            message = json.loads(request.body)
            for name, value in more.items():
                message[name] = {**message.get(name, {}), **value} if name == "extras" else value
            request.body = json.dumps(message)
            request.headers["Content-Length"] = str(len(request.body))

    return amend


def _more(plugin: Any, service: str, rendered: Rendered) -> dict[str, Any]:
    """What goes into the body, a JSON object."""
    if service == "gotify" and rendered.tap:
        # https://gotify.net/docs/msgextras: what a touch of the notification opens
        return {"extras": {"client::notification": {"click": {"url": rendered.tap}}}}
    if rendered.buttons is None:
        return {}
    if service == "telegram":
        return {"reply_markup": {"inline_keyboard": _keyboard(rendered.buttons, rendered.tap)}}
    if service == "ntfy":
        return {"actions": _actions(rendered.buttons, plugin)}
    return {}


def _keyboard(buttons: Buttons, link: str) -> list[list[dict[str, str]]]:
    """https://core.telegram.org/bots/api#inlinekeyboardbutton: callback data of 64 bytes."""
    rows = [[{"text": word, "callback_data": token} for word, token in buttons.presses]]
    if link:
        rows.append([{"text": f"Open on {host_of(link)}", "url": link}])
    return rows


def _actions(buttons: Buttons, plugin: Any) -> list[dict[str, Any]]:
    """https://docs.ntfy.sh/publish/#send-http-request: each puts its token into the reply topic,
    on the destination's own server. Where that asks for a login, and the phone was given none, the
    door takes it, if there is one.
    """
    if buttons.links and not buttons.reply_token and (plugin.token or plugin.user):
        return [
            {"action": "http", "label": word, "url": address, "method": "POST", "clear": True}
            for word, address in buttons.links[:_NTFY_MOST]
        ]
    login = {"Authorization": f"Bearer {buttons.reply_token}"} if buttons.reply_token else {}
    return [
        {
            "action": "http",
            "label": word,
            "url": f"{ntfy_server(plugin)}/{buttons.reply_topic}",
            "method": "POST",
            "body": token,
            "clear": True,
            **({"headers": login} if login else {}),
        }
        for word, token in buttons.presses[:_NTFY_MOST]
    ]

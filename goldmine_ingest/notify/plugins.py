"""Apprise's plugins, made by its own entrance and kept from waiting: what waits, repeats and
follows is ours alone.

Apprise is imported only when a message comes, so that importing this module costs the parent
nothing.
"""

from __future__ import annotations

import hashlib
import importlib
import tempfile
import time
from collections.abc import Mapping
from typing import Any, cast

from goldmine_ingest.model.recipient import keyed
from goldmine_ingest.notify.recipients import Whom, left_out, only, recipients

CONNECT_TIMEOUT, READ_TIMEOUT = 5.0, 10.0

# Which module of apprise.plugins a scheme lives in: loading that one takes a hundredth of the time
# of loading them all. A scheme that is not here works too, after a full load.
_MODULES = {
    scheme: module
    for module, schemes in {
        "telegram": "tgram",
        "discord": "discord",
        "slack": "slack",
        "matrix": "matrix matrixs",
        "email": "mailto mailtos",
        "ntfy": "ntfy ntfys",
        "pushover": "pover",
        "gotify": "gotify gotifys",
        "custom_json": "json jsons",
        "custom_xml": "xml xmls",
        "custom_form": "form forms",
        "mattermost": "mmost mmosts",
        "rocketchat": "rocket rockets",
        "pushbullet": "pbul",
        "signal_api": "signal signals",
        "whatsapp": "whatsapp",
        "workflows": "workflow workflows",
        "twilio": "twilio",
        "apprise_api": "apprise apprises",
    }.items()
    for scheme in schemes.split()
}
# What a Matrix plugin keeps of a login.
_SESSION = ("access_token", "user_id", "home_server", "device_id")
# The webhook addresses that these services show in their own pages, which Apprise takes as they
# are.
_HOSTS = {
    "discord.com": "discord",
    "discordapp.com": "discord",
    "hooks.slack.com": "slack",
    "ntfy.sh": "ntfy",
}


def facts_of(url: str) -> dict[str, Any] | None:
    """What Apprise reads in a URL, for `plugin_of`; None for one that it refuses. A secret."""
    import apprise.plugins

    _load_for(url)
    try:
        facts = cast(Any, apprise.plugins).url_to_dict(url.strip())
    except Exception:  # noqa: BLE001 - Apprise's plugins raise what they like for a bad URL; all of it means: refused
        return None
    return dict(facts) if facts else None


def plugin_of(facts: Mapping[str, Any]) -> Any:
    """The plugin for what a URL says, with our limits. None if Apprise refuses it (or the
    plugin's package isn't installed).
    """
    import apprise

    asset = apprise.AppriseAsset(
        app_id="Goldmine", app_desc="Goldmine Ingest", app_url="", async_mode=False
    )
    try:
        plugin = apprise.Apprise.instantiate(dict(facts), asset=asset, suppress_exceptions=False)
    except Exception:  # noqa: BLE001 - as above
        return None
    return None if plugin is None else _limited(plugin)


def plugin_for(url: str, whom: Whom | None = None) -> Any:
    """The plugin for a URL, or for one of its recipients, with our limits. None if Apprise
    refuses the URL, or it doesn't name that one.
    """
    facts = facts_of(url)
    if facts is None or whom is None:
        return None if facts is None else plugin_of(facts)
    own = only(whom, facts, plugin_of)
    return None if own is None else plugin_of(own)


def names_of(url: str, secret: bytes) -> tuple[tuple[str, str], ...] | None:
    """Key and label of each recipient of a URL; () where it names none, None if Apprise refuses
    it.
    """
    facts = facts_of(url)
    if facts is None or plugin_of(facts) is None:
        return None
    return tuple(
        (keyed(secret, found.identity), found.label) for found in recipients(facts, plugin_of)
    )


def left_out_of(url: str) -> tuple[str, ...]:
    """Labels of what a URL names as recipients and its plugin takes for none."""
    facts = facts_of(url)
    return left_out(facts, plugin_of) if facts else ()


def service_name(plugin: Any) -> str:
    """The name of the plugin's module: 'telegram', 'email', 'custom_json'. Steers what its
    answers mean.
    """
    return type(plugin).__module__.removesuffix(".base").rpartition(".")[2]


def _load_for(url: str) -> None:
    """Has Apprise's manager know the plugin that this URL needs: that one alone, or all."""
    from apprise.manager_plugins import NotificationManager

    manager = cast(Any, NotificationManager)()
    scheme, _, rest = url.strip().partition(":")
    module = _MODULES.get(scheme.lower()) or (
        _HOSTS.get(_host(rest)) if scheme.lower() in ("http", "https") else None
    )
    if not manager:
        _begin_empty(manager)
    if len(manager) > len(set(_MODULES.values())):
        return  # all are loaded
    if module is None:
        manager.unload_modules()
        manager.load_modules()
    elif not any(
        plugin.__module__.startswith(f"apprise.plugins.{module}") for plugin in manager.plugins()
    ):
        manager.add(_class_in(module))


def _begin_empty(manager: Any) -> None:
    """A manager that has loaded a folder takes itself for complete, and leaves the hundred and
    fifty plugins on the disk.
    """
    with tempfile.TemporaryDirectory() as nothing:
        manager.load_modules(path=nothing)


def _class_in(module: str) -> Any:
    """Like Apprise's own loader: the plugin class of a module is the one with the name of a
    plugin that has an app_id.
    """
    from apprise.manager_plugins import NotificationManager

    package = importlib.import_module(f"apprise.plugins.{module}")
    names = filter(NotificationManager.module_filter_re.match, dir(package))
    return next(
        found for found in (getattr(package, name) for name in names) if hasattr(found, "app_id")
    )


def _host(rest: str) -> str:
    return rest.lstrip("/").partition("/")[0].partition("?")[0].lower()


def _limited(plugin: Any) -> Any:
    import apprise

    plugin.redirects = False
    plugin.retry = 0
    plugin.optional = False
    plugin.request_rate_per_sec = 0
    plugin.throttle = _go_on
    for farewell in {"logout", "_logout"} & set(dir(plugin)):
        setattr(plugin, farewell, _stay)
    plugin.overflow_mode = apprise.OverflowMode.UPSTREAM
    plugin.socket_connect_timeout, plugin.socket_read_timeout = CONNECT_TIMEOUT, READ_TIMEOUT
    if needs_session(plugin):
        _keep_one_device(plugin)
    return plugin


def _go_on(*_args: object, **_options: object) -> None:
    """In the place of a plugin's throttle(), which sleeps: before each request, or for as long
    as a service that is busy asks.
    """


def _stay(*_args: object, **_options: object) -> bool:
    """In the place of what a plugin sends when Python throws it away, after the send, when
    nobody watches any more.
    """
    return True


def needs_session(plugin: Any) -> bool:
    """Whether the plugin logs in with a password and works with the token that it gets: Matrix."""
    return (
        service_name(plugin) == "matrix"
        and plugin.mode == "off"
        and bool(plugin.user and plugin.password)
    )


def session_of(plugin: Any) -> dict[str, Any] | None:
    """What a login gave a plugin, for `resume`; None where there was none. A secret."""
    if not needs_session(plugin) or not plugin.access_token:
        return None
    return {name: getattr(plugin, name) for name in _SESSION}


def resume(plugin: Any, session: Mapping[str, Any]) -> None:
    """Has a plugin go on with the session of another one of the same URL."""
    for name, value in session.items():
        setattr(plugin, name, value)


def _keep_one_device(plugin: Any) -> None:
    """One device for a password, whatever process logs in: the same id each time.

    A homeserver tells repeats by device and transaction id (Matrix specification 1.7, transaction
    identifiers), so that these never begin anew for a device that stays.
    """
    name = hashlib.sha256(f"{plugin.host}|{plugin.user}".encode()).hexdigest()[:10].upper()
    plugin.device_id = f"GOLDMINE{name}"
    plugin.transaction_id = time.time_ns()

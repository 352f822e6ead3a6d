"""Which proxy a request to a destination goes through: [fetch] proxy decides, as for feeds."""

from __future__ import annotations

from urllib.parse import urlsplit

from goldmine_ingest.fetch.guard import is_loopback

NO_PROXY, FROM_ENV = "", "env"
# What is added to the reason of a send that failed, where a proxy stood in the way.
THROUGH_PROXY = "it was asked through the proxy of [fetch] proxy"


def proxies_for(url: str, proxy: str) -> dict[str, str]:
    """The proxies for `requests`, by scheme or "all"; empty: none. What is on this machine never
    needs one.

    `proxy` is NO_PROXY, the URL of a proxy, or FROM_ENV: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and
    NO_PROXY of this process decide.
    """
    if proxy == NO_PROXY or is_loopback(urlsplit(url).hostname or ""):
        return {}
    if proxy != FROM_ENV:
        return {"all": proxy}
    from requests.utils import get_environ_proxies  # the sending child has it loaded anyway

    proxies = get_environ_proxies(url)
    scheme = urlsplit(url).scheme
    chosen = proxies.get(scheme) or proxies.get("all")
    return {"all": str(chosen)} if chosen else {}

"""The local page on a real loopback socket, and a plain HTTP client that does what it is told."""

from __future__ import annotations

import html
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlencode

from goldmine_ingest.config.current import CurrentProject
from goldmine_ingest.web.addresses import names, own_names, sign_in_links
from goldmine_ingest.web.app import make_app
from goldmine_ingest.web.report_files import ReportFiles
from goldmine_ingest.web.serving import Serving, listening
from goldmine_ingest.web.site import Site
from tests.rig.project import Home
from tests.rig.waiting import PATIENCE


@dataclass(frozen=True, slots=True)
class Got:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def words(self) -> str:
        """What a reader sees, near enough: without tags, with single spaces."""
        plain = html.unescape(re.sub(r"<[^>]*>", " ", self.text))
        return re.sub(r"\s+", " ", plain).strip()


@dataclass
class Served:
    """A running page. `name` is its own name with the port; `polled` what was asked to be polled."""

    site: Site
    port: int
    name: str
    polled: list[tuple[str, ...]] = field(default_factory=list)
    rescans: list[tuple[str, bool]] = field(default_factory=list)
    cookie: str = ""

    def link(self) -> str:
        """The path of a new sign-in link."""
        data = self.site.data
        found = sign_in_links(data, [self.name], self.site.links.boot, self.site.now())
        return found[0].removeprefix(f"http://{self.name}")

    def sign_in(self) -> None:
        got = self.get(self.link(), signed_in=False)
        assert got.status == 303, got
        self.cookie = next(
            part for part in got.headers["set-cookie"].split("; ") if part.startswith("goldmine=")
        )

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        signed_in: bool = True,
    ) -> Got:
        """One request. Host and cookie are the page's unless `headers` says otherwise."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        given = {"Host": self.name}
        if signed_in and self.cookie:
            given["Cookie"] = self.cookie
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for key, value in {**given, **(headers or {})}.items():
                connection.putheader(key, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            content = answer.read().decode("utf-8", "replace")
            seen: dict[str, str] = {}
            for key, value in answer.getheaders():
                name = key.lower()
                seen[name] = f"{seen[name]}; {value}" if name in seen else value
            return Got(answer.status, seen, content)
        finally:
            connection.close()

    def get(self, path: str, *, signed_in: bool = True, **headers: str) -> Got:
        return self.send("GET", path, headers=headers, signed_in=signed_in)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Got:
        """As a browser sends a form of the page itself."""
        return self.send(
            "POST",
            path,
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Sec-Fetch-Site": "same-origin",
                **headers,
            },
            body=urlencode(fields).encode(),
        )

    def form(self, page: str, action: str, **wanted: str) -> dict[str, str]:
        """The hidden fields of the form for `action` on a page, one that holds what is `wanted`."""
        found = [
            fields
            for at, fields in forms(self.get(page).text)
            if at == action and all(fields.get(key) == value for key, value in wanted.items())
        ]
        assert found, f"{page} has no form for {action}"
        return found[0]


def forms(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each form of a page: its action, and its hidden fields."""
    for body in re.findall(r'<form\b[^>]*method="post".*?</form>', text, re.DOTALL):
        action = re.search(r'action="([^"]*)"', body)
        fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', body)
        yield (
            html.unescape(action[1]) if action else "",
            {key: html.unescape(value) for key, value in fields},
        )


@contextmanager
def serving(home: Home) -> Iterator[Served]:
    """The page of a project, in a thread; its clock is the project's."""
    home.project()
    polled: list[tuple[str, ...]] = []

    def poll(feeds: tuple[str, ...]) -> str:
        polled.append(feeds)
        return ""

    current = CurrentProject(home.folder / "config/goldmine.toml", env=home.env, cwd=home.folder)
    rescans: list[tuple[str, bool]] = []

    def rescan(since: str, alert: bool) -> str:
        rescans.append((since, alert))
        return ""

    reports = ReportFiles(home.folder / "config/goldmine.toml", {**os.environ, **home.env})
    site = Site(current, home.env, home.clock, poll, rescan, reports)
    with listening("127.0.0.1", 0) as socket:
        port = int(socket.getsockname()[1])
        site.names = names(site.data, site.project().web, port)
        server = Serving(make_app(site), socket)
        stop = threading.Event()
        thread = threading.Thread(target=server.run, args=(stop.is_set,), daemon=True)
        thread.start()
        try:
            served = Served(site, port, own_names(site.data, "127.0.0.1", port)[0], polled, rescans)
            served.sign_in()
            yield served
        finally:
            stop.set()
            thread.join(PATIENCE)
            site.close()

"""`goldmine serve --web` under Prefect, with [actions]: Prefect's page, ours and the door are three
processes on three ports, and what is pressed is heard as it is without Prefect. Slow: a minute.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from goldmine_ingest.pipeline.delivery.buttons import ButtonMaker, key_of_buttons, reply_topic
from tests.rig.ports import free_port
from tests.rig.processes import command_line, listeners, session_of
from tests.rig.project import Home
from tests.rig.services import Services
from tests.rig.waiting import PATIENCE, wait_for
from tests.web.conftest import copied
from tests.web.test_command import get, started
from tests.web.test_phone_process import EVENTS, ask, is_open, path_of, phones_of

_SAID = (
    r"The page is at http://([^/:]+):(\d+)(/in/\S+)",
    r"Prefect's page: http://127\.0\.0\.1:(\d+)",
)


def heard(process: subprocess.Popen[str]) -> list[str]:
    """What it says, read as it comes, for as long as it runs."""
    lines: list[str] = []
    Thread(target=lambda: lines.extend(process.stdout or ()), daemon=True).start()
    return lines


def said(lines: list[str], pattern: str) -> re.Match[str]:
    def found() -> re.Match[str] | None:
        return re.search(pattern, "".join(lines))

    wait_for(found, pattern)
    match = found()
    assert match
    return match


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for who listens in /proc")
def test_prefects_page_ours_and_the_door_share_neither_port_nor_process(
    seeded: Home, tmp_path: Path, known_to_prefect: Callable[[Path], None]
) -> None:
    home, door = copied(seeded, tmp_path), free_port()
    known_to_prefect(tmp_path)
    database = home.folder / "data/goldmine.duckdb"
    home.settings = home.settings.replace(
        '[[feed]]\nname = "jobs"', '[[feed]]\nname = "jobs"\nenabled = false'
    )
    with Services() as services:
        home.settings += (
            f'[web]\nlisten = "127.0.0.1:{free_port()}"\n[actions]\nurl = "https://box.example"\n'
            f'listen = "127.0.0.1:{door}"\n[[notify]]\nname = "push"\nurl ='
            f' "{services.url("ntfy", "jobs")}"\n'
        )
        home.project()
        path = path_of(home, "pursue")
        with started(home.folder, "serve", "--web") as process:
            lines = heard(process)
            host, page, link = said(lines, _SAID[0]).groups()
            prefect = int(said(lines, _SAID[1])[1])
            wait_for(lambda: is_open(door))
            wait_for(lambda: services.streams)

            whose = {port: listeners(port) for port in (int(page), prefect, door)}
            assert all(len(who) == 1 for who in whose.values()), whose
            assert len({*whose.values()}) == 3, whose
            ours = {pid for port in (int(page), door) for pid in whose[port]}
            assert all(" web " in f"{command_line(pid)} " for pid in ours)
            assert whose[door] == set(phones_of(process.pid))
            for pid in ours:  # whoever they call, it isn't Prefect
                known = Path(f"/proc/{pid}/environ").read_bytes()
                assert b"PREFECT_API" not in known
                assert str(prefect).encode() not in known

            status, cookie, _ = get(int(page), link, host)
            assert status == 303
            for foreign in ("/api/health", "/api/admin/version", "/runs"):
                assert get(int(page), foreign, host, cookie.partition(";")[0])[0] == 404
            status, _, text = get(prefect, "/keys", "127.0.0.1")
            assert "Keys and words" not in text

            assert "✓ Pursued" in ask("POST", door, path)[1]
            maker = ButtonMaker(home.project(), "push", key_of_buttons(database))
            streams = services.streams
            services.touch(
                {
                    "url": f"http://x/{reply_topic('push', maker.key)}",
                    "body": maker.token("bad", path_listing(home), datetime.now(UTC)),
                }
            )
            wait_for(lambda: services.streams > streams)
            everyone = session_of(process.pid)
            process.terminate()
            assert process.wait(PATIENCE) == 0
            wait_for(lambda: not everyone & session_of(process.pid))
    assert home.rows(EVENTS) == [("pursued", "phone")]
    assert home.rows("SELECT rating FROM ratings") == [("bad",)]


def path_listing(home: Home) -> str:
    return str(home.rows("SELECT listing_id FROM listings ORDER BY title LIMIT 1")[0][0])

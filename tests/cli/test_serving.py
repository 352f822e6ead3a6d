"""What `goldmine serve` holds on to while its files change: the last good configuration."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

from goldmine_ingest.app import Resources
from goldmine_ingest.cli.serve import _Service
from goldmine_ingest.cli.session import Session
from goldmine_ingest.runtime.redaction import Redactor
from goldmine_ingest.runtime.signals import Stop
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import Home, upwork_feed, upwork_item
from tests.rig.receiver import Receiver


@fault("P14", "a configuration that breaks while it is served", "the last good one goes on, said")
def test_p14_the_resident_loop_goes_on_and_takes_up_the_mended_configuration(
    tmp_path: Path,
) -> None:
    """Told once for each time that it breaks, and once that it is mended; feeds are polled all
    the while.
    """
    with FeedServer() as feeds, Receiver() as sink, Stop() as stop, Resources() as resources:
        feeds.script("/jobs", Answer(body=upwork_feed(upwork_item(1))))
        home = Home(
            tmp_path,
            f'[fetch]\nallow_private = ["{feeds.place}"]\n'
            f'[[feed]]\nname = "jobs"\nurl = "{feeds.url("/jobs")}"\nevery = "1m"\n'
            f'[[notify]]\nname = "phone"\nurl = "json://127.0.0.1:{sink.port}/hook"\n',
        )
        project, err = home.project(), io.StringIO()
        session = Session(project.config_path, {}, tmp_path, err, err, now=home.clock)
        service = _Service(project, session, stop, resources, Redactor())
        text = project.config_path.read_text()

        def cycles(count: int) -> list[str]:
            before = len(sink.accepted)
            for _ in range(count):
                home.clock.forward(minutes=10)
                service.cycle()
            return [str(each.json) for each in sink.accepted[before:]]

        assert not any("configuration" in said for said in cycles(1))
        for _ in range(2):
            project.config_path.write_text(text.replace('every = "1m"', 'every = "soon"'))
            (said,) = cycles(3)
            assert "the last good one goes on" in said
            assert re.search(r"feed \W*jobs\W*\.every", said)  # quoted, in a quoted document
            project.config_path.write_text(text + "\n")
            (said,) = cycles(3)
            assert "right again" in said
        assert len(feeds.requests("/jobs")) == 13
        quiet = err.getvalue()
        service.tell(service.cycle())
        assert err.getvalue() == quiet, "nothing came, and nobody watches"
        watched = replace(session, verbose=True)
        replace(service, session=watched).tell(service.cycle())
        assert "the next feed is due at" in err.getvalue()
        assert err.getvalue().count("going on with the configuration as it was") == 2

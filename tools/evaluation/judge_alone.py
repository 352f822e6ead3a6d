"""Run by report.py with another commit's `goldmine_ingest` on the path: its decisions as JSON."""

from __future__ import annotations

import importlib.util
import json
import sys

from goldmine_ingest.criteria import Judge


def main(reader: str) -> None:
    """`reader` is the file of labelled.py, which this commit brings along."""
    spec = importlib.util.spec_from_file_location("labelled", reader)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["labelled"] = module
    spec.loader.exec_module(module)
    found = {}
    for trade in module.trades():
        judge = Judge(module.criteria(trade))
        decided = [
            (
                one.label,
                judge.decide(one.listing, judge.features(one.listing.posting), now=module.NOW),
            )
            for one in module.labelled(trade)
        ]
        found[trade] = [
            (label, decision.decision, float(decision.score)) for label, decision in decided
        ]
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])

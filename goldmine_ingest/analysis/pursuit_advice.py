"""What to change where proposals stay without answers, or interviews without deals. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldmine_ingest.analysis.funnel import Facts
    from goldmine_ingest.analysis.shares import Share

OPENED_SHARE = 0.5  # of the proposals, where viewing is recorded; fewer is few


def after_views(opened: Share) -> str:
    """Where viewing is recorded: what this share of opened proposals asks for."""
    if (opened.share or 0) >= OPENED_SHARE:
        return (
            "They look and don't answer: lead with the proof and the first step that the listing"
            " asks for, and drop what any other could write."
        )
    return (
        f"Few open the proposal, {opened.count} of {opened.of} as far as you recorded it: change"
        " its first two lines and the title of your profile, and pursue where fewer compete."
    )


def without_views(facts: Facts) -> str:
    """Nothing is recorded of the proposals' being opened, and perhaps nothing of any answer."""
    if not any(each.stages.keys() - {"pursued"} for each in facts.pursued):
        return (
            f"No outcome of any of the {len(facts.pursued)} pursuits is recorded: if answers came,"
            " record them first (`goldmine track LISTING replied`); if none came, lead with the"
            " proof and the first step that the listing asks for."
        )
    return (
        "Whether they open the proposals was never recorded (`goldmine track LISTING viewed`, or"
        " [mail] outcomes), so that it isn't known which to change: its first two lines, or the"
        " proof and the first step that it leads with."
    )


def after_interviews(facts: Facts) -> str:
    """The objection that was recorded most often, or to record them."""
    objections = [tag for each in facts.pursued for tag in each.objections]
    if objections:
        most = max(sorted(set(objections)), key=objections.count)
        return (
            f"Trust, scope, price or the conversation: `{most}` is the objection that you recorded"
            " most often; answer it before the call."
        )
    return (
        "Trust, scope, price or the conversation: write down after each interview what stood"
        " against a deal (`goldmine track LISTING declined --objection price`), and offer a smaller"
        " first step with a result that can be checked."
    )

"""The page as an ASGI application: its routes, and what each request must bring along."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from goldmine_ingest.errors import BusyError
from goldmine_ingest.web.cookies import remember_place
from goldmine_ingest.web.guard import STATIC, Guard
from goldmine_ingest.web.guard import App as AsgiApp
from goldmine_ingest.web.manifest import manifest
from goldmine_ingest.web.page import Endpoint, Page
from goldmine_ingest.web.pages import PAGES
from goldmine_ingest.web.rendering import assets, render
from goldmine_ingest.web.response import Answer
from goldmine_ingest.web.session import is_form_token
from goldmine_ingest.web.site import KeptPage, Site
from goldmine_ingest.web.trouble import sentence, trouble
from goldmine_ingest.web.visit import Visit

_MOST_FIELDS = 200


def make_app(site: Site) -> AsgiApp:
    """All pages behind the guard. `site.names` say who is answered."""
    site.tabs = tuple(page.tab for page in PAGES)
    routes = [
        Route(each.path, _route(site, page, each), methods=[each.method])
        for page in PAGES
        for each in page.endpoints
    ]
    routes.append(Route(STATIC + "{name}", _static, methods=["GET"]))
    inner = Starlette(routes=routes, exception_handlers={HTTPException: _lost(site)})
    inner.router.redirect_slashes = False
    return Guard(inner, site.names, site.session_of)


def _route(site: Site, page: Page, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            body = await request.body() if endpoint.method == "POST" else b""
        except ClientDisconnect:  # gone, or more than a form is long
            return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        visit = _visit(site, request, _fields(body))
        site.note_use()
        return await run_in_threadpool(_respond, visit, page, endpoint)

    return answer


def _lost(site: Site) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, error: Exception) -> Response:
        """No such page, or not in this way. Who isn't signed in learns nothing of it."""
        assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
        visit = _visit(site, request, {})
        if visit.session is None:
            return await run_in_threadpool(_response, visit, _signed_out(visit))
        status = HTTPStatus(error.status_code)
        return await run_in_threadpool(
            _response, visit, sentence(status, "There is no such page.", find=True)
        )

    return answer


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    there = (*assets().values(), manifest())
    file = next((asset for asset in there if asset.name == name), None)
    if file is None:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    return Response(file.content, media_type=file.kind)


def _visit(site: Site, request: Request, form: dict[str, str]) -> Visit:
    state = request.scope["state"]
    asked = request.scope["query_string"]
    path = request.scope["path"]
    raw = request.scope["raw_path"].decode("latin-1")
    return Visit(
        site=site,
        session=state["session"],
        path=path,
        params=dict(request.path_params),
        query=_fields(asked),
        form=form,
        client=request.client.host if request.client else "",
        host=state["host"],
        secure=state["secure"],
        cookie=state["cookie"],
        cookies=request.cookies,
        fragment=request.headers.get("x-fragment") == "1",
        address=f"{raw}?{asked.decode('latin-1')}" if asked else raw,
    )


def _fields(encoded: bytes) -> dict[str, str]:
    """The last value of each name of a form or query."""
    try:
        pairs = parse_qsl(
            encoded.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        return {}
    return dict(pairs)


def _respond(visit: Visit, page: Page, endpoint: Endpoint) -> Response:
    """In a thread: whatever happens, an answer for people."""
    try:
        answer = _answer(visit, page, endpoint)
        response = _response(visit, answer)
    except BusyError as error:
        kept = visit.site.kept.get(visit.session, visit.address) if visit.session else None
        if kept is None or endpoint.method != "GET":
            return _response(visit, trouble(visit, error))
        visit.glanced = kept.glanced
        refreshed = replace(kept.answer, headers={**kept.answer.headers, "Refresh": "2"})
        return _response(visit, refreshed, kept=kept)
    except Exception as error:  # noqa: BLE001 - the border: no trace of anything reaches a page
        return _response(visit, trouble(visit, error))
    if visit.session and endpoint.method == "GET" and answer.template and visit.glanced:
        visit.site.kept.keep(
            visit.session, visit.address, KeptPage(visit.now, answer, visit.glanced)
        )
    return response


def _answer(visit: Visit, page: Page, endpoint: Endpoint) -> Answer:
    if visit.session is None and not endpoint.open:
        return _signed_out(visit)
    if endpoint.method == "POST" and not _knows_form(visit):
        return sentence(
            HTTPStatus.FORBIDDEN, "This form is too old: load the page again, and press once more."
        )
    return page.handler(endpoint)(visit)


def _knows_form(visit: Visit) -> bool:
    """The form was made for this session and this action."""
    return visit.session is not None and is_form_token(
        visit.site.key(), visit.session.session_id, visit.path, visit.form.get("form", "")
    )


def _signed_out(visit: Visit) -> Answer:
    """How to sign in; it comes back to where one was."""
    cookies = () if visit.fragment or visit.form else (remember_place(visit),)
    return Answer("sign_in.html", status=HTTPStatus.UNAUTHORIZED, cookies=cookies)


def _response(visit: Visit, answer: Answer, *, kept: KeptPage | None = None) -> Response:
    if answer.to:
        response = Response(status_code=answer.status, headers={"Location": answer.to})
    elif answer.body is not None:
        response = Response(answer.body, answer.status, media_type=answer.kind)
    else:
        text = render(visit, answer, kept_from=kept.made_at if kept else None)
        response = Response(text, answer.status, media_type=answer.kind)
    response.headers.update(answer.headers)
    for cookie in answer.cookies:
        response.headers.append("set-cookie", cookie)
    return response

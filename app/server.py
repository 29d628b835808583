"""The one server process: Streamlit's pages and our own HTTP routes, with the store open between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager

from app.eprom_page import routes as patient_page
from app.files import archive, printouts
from app.forms import lookup_routes
from app.lists import submitted_list
from app.signin import demo_login, login, oidc, own_account, signup
from app.ui import callbacks, frame, theme
from app.web import guard, resources, session, shell, static_files
from app.work import clock, loopback_routes, messages
from ingest.lists import epj_import
from ingest.settings import Settings

# Without the first two, more than half the server's time goes to garbage collection (design.md §5).
CONFIG: dict[str, Any] = {
    "runner.postScriptGC": False,
    "server.fileWatcherType": "none",
    "runner.magicEnabled": False,
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "minimal",
    "client.showSidebarNavigation": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "ui.hideTopBar": True,
    "server.headless": True,
    "server.enableAgentApi": False,
    "server.enableStaticServing": False,
    "server.maxUploadSize": epj_import.MOST_BYTES // 1_000_000,
    "server.showEmailPrompt": False,
    "logger.hideWelcomeMessage": True,
}


def configure(settings: Settings) -> None:
    """Set Streamlit's configuration; goes before everything that a file or the environment says."""
    callbacks.run_whole()
    for name, value in {**CONFIG, **theme.options()}.items():
        config.set_option(name, value)
    # Our pages lie in app/pages, beside main.py, where Streamlit of old looked for pages by itself; in a new
    # process it would call a deep link «not found» before st.navigation has had its say.
    PagesManager.uses_pages_directory = False
    config.set_option("server.address", "127.0.0.1")
    config.set_option("server.port", settings.port)


def create_app(settings: Settings) -> st.App:
    """The app as an ASGI application. The register is opened when the server starts, closed when it stops."""
    configure(settings)

    @asynccontextmanager
    async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
        with resources.holding(resources.open_resources(settings)) as held, loopback_routes.open_for_jobs(settings):
            held.store.admit = session.admit
            await run_in_threadpool(messages.resume)
            with clock.running(held):
                yield {"resources": held}

    return st.App(
        Path(__file__).with_name("main.py"), lifespan=lifespan, middleware=[Middleware(guard.Guard)], routes=routes()
    )


def routes() -> list[Route]:
    """Every address of ours; Streamlit's own come after."""
    return [
        Route("/health", _health),
        *loopback_routes.routes(),
        *static_files.routes(),
        *lookup_routes.routes(),
        *login.routes(),
        *oidc.routes(),
        *demo_login.routes(),
        *signup.routes(),
        *own_account.routes(),
        *submitted_list.routes(),
        *printouts.routes(),
        *archive.routes(),
        *(Route(page.address, _page(page)) for page in frame.PAGES if page.path.exists()),
        *patient_page.routes(),
        # Streamlit knows its first page by «/» only.
        Route("/" + frame.PAGES[0].file, _first_page),
        Route("/{name:navn}", _unknown),
    ]


async def _health(_request: Request) -> Response:
    resources.current()
    return JSONResponse({"status": "ok"})


async def _first_page(request: Request) -> Response:
    return RedirectResponse(request.url.replace(path=frame.PAGES[0].address), status_code=307)


def _page(page: frame.Page) -> Callable[[Request], Awaitable[Response]]:
    """The page that carries the app, or the way there: sign-in, a new password, a choice of unit."""

    async def show(request: Request) -> Response:
        found = await run_in_threadpool(session.of_request, request)
        if found is None or found.actor is None:
            return RedirectResponse(session.onward(found, session.address_of(request)), status_code=303)
        if found.actor.rolle not in page.roles:
            return HTMLResponse(shell.not_for_role(page.title), status_code=403)
        return HTMLResponse(shell.html(), headers={"Cache-Control": "no-store"})

    return show


class _Name(Convertor[str]):
    """A last part of an address without a dot, so that Streamlit's own files keep theirs."""

    regex = "[^/.]+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("navn", _Name())


async def _unknown(_request: Request) -> Response:
    return HTMLResponse(shell.not_found(), status_code=404)


def serve(settings: Settings) -> None:
    """Serve the app on this machine only, until SIGTERM or SIGINT.

    OSError is not raised when the port is taken: uvicorn logs it and SystemExit(1) follows.
    """
    uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
            host="127.0.0.1",
            port=settings.port,
            loop="uvloop",
            http="httptools",
            ws="websockets-sansio",
            log_level="warning",
            access_log=False,
            # Open browser tabs hold a socket each; waiting for them would keep the store open.
            timeout_graceful_shutdown=3,
        )
    ).run()

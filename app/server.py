"""The one server process: Streamlit's pages and our own HTTP routes, with the store open between them."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from types import FrameType
from typing import Any

import streamlit as st
import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager

from app.eprom_page import callbacks, personvern
from app.eprom_page import routes as patient_page
from app.files import archive, printouts, query_files
from app.forms import answer_routes, lookup_routes
from app.lists import innleverte
from app.signin import demo_login, helseid, login, oidc, own_account, signup
from app.ui import frame, theme, uncaught
from app.web import guard, logs, resources, session, shell, static_files, streamlit_gate
from app.web.resources import Resources
from app.work import clock, loopback_routes, messages, operation_routes, told
from checks.errors import RegisterError
from ingest.capture import room
from ingest.lists import epj_import
from ingest.settings import Settings

# Measured without the first two: more than half of the server's time went to garbage collection.
log = logging.getLogger("smertereg.tjener")
CONFIG: dict[str, Any] = {
    "runner.postScriptGC": False,
    "server.fileWatcherType": "none",
    "runner.magicEnabled": False,
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "minimal",
    "client.allowedOrigins": [],  # the sites that may steer the page as its frame; no site may
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


# In the order that a request passes them.
MIDDLEWARE = [Middleware(guard.Guard), Middleware(streamlit_gate.StreamlitGate)]


def configure(settings: Settings) -> None:
    """Set Streamlit's configuration, in place of what a file or the environment says."""
    for name, value in {**CONFIG, **theme.options()}.items():
        config.set_option(name, value)
    # app/pages lies beside main.py, where older Streamlit looked for pages by itself. Unless that is turned off, a new
    # process answers the address of a page with «not found» until st.navigation has run once.
    PagesManager.uses_pages_directory = False
    config.set_option("server.address", "127.0.0.1")
    config.set_option("server.port", settings.port)


def create_app(held: Resources) -> st.App:
    """The app as an ASGI application over an open register. Jobs are done from when the server starts until it stops."""
    configure(held.settings)

    @asynccontextmanager
    async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
        with resources.holding(nullcontext(held)), loopback_routes.open_for_jobs(held.settings):
            held.store.admit = session.admit
            await run_in_threadpool(messages.resume)
            with clock.running(held), told.worked_off(held):
                yield {"resources": held}

    return st.App(
        Path(__file__).with_name("main.py"),
        lifespan=lifespan,
        middleware=MIDDLEWARE,
        routes=routes(),
        on_script_error=uncaught.shown,
    )


def routes() -> list[Route]:
    """All our own addresses; Streamlit answers the others."""
    return [
        *operation_routes.routes(),
        *loopback_routes.routes(),
        *static_files.routes(),
        *lookup_routes.routes(),
        *answer_routes.routes(),
        *login.routes(),
        *oidc.routes(),
        *helseid.routes(),
        *demo_login.routes(),
        *signup.routes(),
        *own_account.routes(),
        *innleverte.routes(),
        *printouts.routes(),
        *archive.routes(),
        *query_files.routes(),
        *(Route(page.address, _page(page)) for page in frame.PAGES if page.path.exists()),
        *patient_page.routes(),
        *callbacks.routes(),
        *personvern.routes(),
        # Streamlit knows its first page only as «/».
        Route("/" + frame.PAGES[0].file, _first_page),
        Route("/{address:ukjent}", _unknown),
    ]


async def _first_page(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(frame.PAGES[0].address + query, status_code=307)


def _page(page: frame.Page) -> Callable[[Request], Awaitable[Response]]:
    """A handler that answers with the page that carries the app, or sends the browser to sign-in, a new password or a
    choice of unit first.
    """

    async def show(request: Request) -> Response:
        found = await run_in_threadpool(session.of_request, request)
        if found is None or found.actor is None:
            return RedirectResponse(session.onward(found, session.address_of(request)), status_code=303)
        if found.actor.rolle not in page.roles and page is frame.PAGES[0]:
            return RedirectResponse(frame.start(found.actor.rolle).address, status_code=303)
        if found.actor.rolle not in page.roles:
            return HTMLResponse(shell.not_for_role(page.title), status_code=403)
        return HTMLResponse(shell.html(), headers={"Cache-Control": "no-store"})

    return show


class _Unknown(Convertor[str]):
    """Matches every address outside the folders that Streamlit serves: to all others it would answer with its own page.

    An address that ends with a slash is left to Streamlit too, which sends the browser to the one without.
    """

    regex = r"(?!(?:_stcore|static|component|media)/).*[^/]"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("ukjent", _Unknown())


async def _unknown(_request: Request) -> Response:
    return HTMLResponse(shell.not_found(), status_code=404)


def serve(settings: Settings, opened: Callable[[Resources], None] = lambda _: None) -> None:
    """Serve the app on this machine only, until SIGTERM or SIGINT. ``opened`` is called when nothing stands in the way.

    Raises REG-083 when the address is in use, REG-267 when the log cannot be written, as ``Store`` when the register cannot
    be opened, and as ``room.require`` where there is no room for a save.
    """
    with (
        logs.writing(settings),
        _told(settings),
        _address(settings.port) as taken,
        resources.open_resources(settings) as held,
    ):
        # What the app itself must write when it starts has no sentence of its own.
        room.require(settings.register, settings.journal_folder if held.store.journalled else None)
        opened(held)
        log.info("appen starter")
        # uvicorn raises the signal once more when it has stopped. By default that ends the process before the register is
        # closed, and leaves its log beside it.
        signal.signal(signal.SIGTERM, _end)
        _server(held).run(sockets=[taken])


@contextmanager
def _told(settings: Settings) -> Iterator[None]:
    """Log that the app has stopped as it should, or that it could not start, and in a log file why; without one that sentence
    stands where the log does.
    """
    try:
        yield
    except RegisterError as error:
        if settings.logg:
            log.critical("appen kan ikke starte eller gå videre", extra={"kode": error.code})
        raise
    except (SystemExit, KeyboardInterrupt) as stopped:
        if isinstance(stopped, SystemExit) and stopped.code:
            log.critical("appen kan ikke starte eller gå videre")
        else:
            log.info("appen stoppet")
        raise
    log.info("appen stoppet")


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _address(port: int) -> socket.socket:
    """The socket to serve on. Raises REG-083 when another process has it."""
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(("127.0.0.1", port))
    except OSError as error:
        taken.close()
        raise RegisterError(
            "REG-083", navn="SMERTEREG_PORT", verdi=port, forventet="Porten er opptatt; velg en annen."
        ) from error
    return taken


def _server(held: Resources) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            create_app(held),
            loop="uvloop",
            http="httptools",
            ws="websockets-sansio",
            log_level="warning",
            log_config=None,
            access_log=False,
            # app/web/door.py believes the proxies that the settings name.
            proxy_headers=False,
            server_header=False,
            # Every open browser tab holds a socket; waiting for all of them would keep the store open.
            timeout_graceful_shutdown=3,
        )
    )

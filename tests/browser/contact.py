"""A page that loses its contact with the server."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Page, WebSocketRoute


@dataclass
class Contact:
    """The page's contact with the server, which a test can break and mend. ``lost`` counts the messages that were dropped; the next
    ``drop`` messages to the server are.
    """

    page: Page
    gone: bool = False
    drop: int = 0
    lost: int = 0
    sockets: list[WebSocketRoute] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.route_web_socket(re.compile("/_stcore/stream"), self._through)

    def _through(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        self.sockets += [socket, server]
        socket.on_message(lambda message: self._pass(server, message))
        server.on_message(lambda message: self._pass(socket, message))

    def _pass(self, to: WebSocketRoute, message: str | bytes) -> None:
        to_server = to in self.sockets[1::2]
        if self.gone or (to_server and self.drop):
            self.drop -= to_server and not self.gone
            self.lost += 1
        else:
            to.send(message)

    def lose(self, *, noticed: bool) -> None:
        """Drop all messages from now on; with ``noticed`` the socket is closed too, so that the page notices."""
        self.gone = True
        self.page.context.set_offline(True)
        for socket in self.sockets if noticed else ():
            socket.close()

    def find(self) -> None:
        self.gone = False
        self.page.context.set_offline(False)

"""A fragment that is drawn again takes its own messages out of what is on its way to the browser; nothing else may need them.

Streamlit drops the unsent messages of a fragment when a new run of it begins, and sends the rest (``ForwardMsgQueue.clear``).
The browser refuses a message whose place is past the end of its parent («Bad delta path index»), and what it said is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.testing.v1 import AppTest

from app.forms import bar
from app.web import resources, session
from checks.forlop import ALL_FORMS
from ingest.services.folkeregister import LocalFolkeregister
from ingest.settings import Settings
from tests.support import LU, Register

PAGE = Path(__file__).parents[2] / "app" / "pages" / "skjema.py"


@pytest.fixture
def sent(register: Register, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ForwardMsg]]:
    """What the page has put in the queue, in order."""

    @contextmanager
    def held() -> Iterator[resources.Resources]:
        yield resources.Resources(Settings(data=register.store.path.parent), register.store, LocalFolkeregister())

    monkeypatch.setattr(session, "script_token", lambda: "en økt")
    for module in (session, bar):
        monkeypatch.setattr(module, "current_actor", lambda: LU)
    messages: list[ForwardMsg] = []
    monkeypatch.setattr(ForwardMsgQueue, "_before_enqueue_msg", staticmethod(messages.append))
    with resources.holding(held()):
        yield messages


def refused(messages: list[ForwardMsg]) -> list[list[int]]:
    """The places that a browser showing nothing yet would refuse."""
    children: dict[tuple[int, ...], int] = {}
    past_the_end = []
    for message in messages:
        *parent, index = message.metadata.delta_path
        if index > children.get(tuple(parent), 0):
            past_the_end.append(list(message.metadata.delta_path))
        children[tuple(parent)] = max(index + 1, children.get(tuple(parent), 0))
    return past_the_end


@pytest.mark.parametrize("skjema", ALL_FORMS)
def test_et_fragment_som_tegnes_paa_nytt_etterlater_ikke_hull(
    register: Register, sent: list[ForwardMsg], skjema: str
) -> None:
    page = AppTest.from_file(str(PAGE), default_timeout=30)
    page.query_params.update(forlop=str(register.completed_forlop()), skjema=skjema)
    page.run()
    assert not page.exception
    drawn = [m for m in sent if m.HasField("delta")]
    fragments = {m.delta.fragment_id for m in drawn} - {""}
    assert fragments and refused(drawn) == []
    for fragment in fragments:
        assert refused([m for m in drawn if m.delta.fragment_id != fragment]) == []

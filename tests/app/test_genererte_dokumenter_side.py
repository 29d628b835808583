"""Proves what a click under «Genererte dokumenter» on Filarkiv makes, and that it is there to be fetched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.files import background, generating
from app.web import resources, session
from exports import datamodell, documents, reported
from ingest.access import Actor
from ingest.services.folkeregister import LocalFolkeregister
from tests.support import LC, OTHER, SC, Register

FILARKIV = str(Path(__file__).parents[2] / "app" / "pages" / "filarkiv.py")


@pytest.fixture
def served(register: Register, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    """The app's resources over the register, with the actor signed in."""
    monkeypatch.setattr(session, "current_actor", lambda: actor)
    monkeypatch.setattr(session, "admit", lambda _: None)
    held = resources.Resources(register.settings(), register.store, LocalFolkeregister())
    with resources.holding(nullcontext(held)):
        yield register
    background._runs.clear()


def clicked(actor: Actor, key: str, **chosen: str) -> str:
    """What the page shows when the document is made."""
    page = AppTest.from_file(FILARKIV, default_timeout=30).run()
    for box, value in chosen.items():
        page.selectbox(key=box).select(value)
    page.button(key=key).click().run()
    run = background.newest(actor, generating.KIND)
    assert run is not None and run.done.wait(30) and run.error is None
    page.run()
    assert not page.exception
    return " ".join(str(html.proto.body) for html in page.get("html"))  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("actor", [LC])
def test_lag_datamodellen(served: Register, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datamodell, "write", lambda file, progress: file.write_text("<p>side</p>", encoding="utf-8"))
    shown = clicked(actor, "lag_modell")
    assert "smertereg_datamodellen_" in shown and "/filarkiv/dokument/1" in shown
    with served.store.write(actor) as tx:
        found, content = documents.fetch(tx, served.store.path.parent, 1)
    assert (found.slag, content) == (documents.MODEL, b"<p>side</p>")


@pytest.mark.parametrize("actor", [SC])
def test_sc_velger_hvem_aarsrapporten_gjelder(served: Register, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(
        reported, "make_yearly", lambda _store, _actor, _settings, year, _step, unit: asked.append((year, unit))
    )
    this = served.clock().year
    for chosen in ({}, {"dokument_enhet": OTHER}):
        clicked(actor, "lag_aarsrapport", **chosen)
    assert asked == [(this - 1, None), (this - 1, OTHER)]


@pytest.mark.parametrize("actor", [LC])
@pytest.mark.usefixtures("served", "actor")
def test_andre_velger_ikke() -> None:
    page = AppTest.from_file(FILARKIV, default_timeout=30).run()
    assert "dokument_enhet" not in [box.key for box in page.selectbox]

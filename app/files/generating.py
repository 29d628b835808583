"""«Genererte dokumenter» on Filarkiv: make a document in a thread, show how far it has come, fetch it."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from html import escape

import streamlit as st

from app.files.archive import DOCUMENT
from app.ui import links, notices, texts
from app.ui.fragments import fragment
from app.web import resources, session, unexpected
from app.web.resources import Resources
from checks.errors import RegisterError
from exports import documents
from exports.documents import DATADUMP, KATALOG, KLOKEBOK, Document
from ingest.access import Actor, require
from ingest.people import users

log = logging.getLogger("smertereg.dokumenter")
NAMES = {KLOKEBOK: "Klokebok", DATADUMP: "Datadump", KATALOG: "Beskrivelse for databrukere"}


@dataclass
class _Run:
    """The making of one document: the step it has come to, and how it ended."""

    slag: str
    step: str = "Starter …"
    error: str | None = None
    done: threading.Event = field(default_factory=threading.Event)


_lock = threading.Lock()
_runs: dict[tuple[str, str, str], _Run] = {}


def _mine(actor: Actor) -> tuple[str, str, str]:
    return actor.bruker, actor.rolle, actor.enhet


def start(actor: Actor, slag: str) -> None:
    """Begin to make a document, unless one is being made for this user. Raises REG-060 for a role that may not."""
    require(actor, "eksportere")
    session.admit(actor)
    with _lock:
        running = _runs.get(_mine(actor))
        if running is not None and not running.done.is_set():
            return
        run = _runs[_mine(actor)] = _Run(slag)
    threading.Thread(target=_make, args=(run, resources.current(), actor), name="dokument", daemon=True).start()


def _make(run: _Run, held: Resources, actor: Actor) -> None:
    def step(sentence: str) -> None:
        run.step = sentence

    try:
        documents.make(held.store, actor, held.settings, run.slag, step)
    except RegisterError as error:
        run.error = str(error)
    except Exception as error:
        run.error = "Dokumentet ble ikke laget. Prøv igjen; gjentar det seg, meld fra til nasjonal koordinator."
        unexpected.note(log, "dokument", error)
    finally:
        run.done.set()


def draw(actor: Actor) -> None:
    """Draw the buttons, the progress while a document is made, and the list of documents."""
    run = _runs.get(_mine(actor))
    running = run is not None and not run.done.is_set()
    with st.container(horizontal=True, vertical_alignment="center"):
        for slag in documents.offered(actor):
            if st.button(f"Lag {NAMES[slag].lower()}", key=f"lag_{slag}", disabled=running):
                with notices.refusals():
                    start(actor, slag)
                    st.rerun()
        if running:
            _progress(actor)
    if run is not None and run.error:
        st.error(run.error)
    with resources.current().store.read(actor) as tx:
        found, names = documents.listed(tx), users.names(tx)
    if KATALOG in documents.offered(actor):
        _yearly(actor, next((d for d in found if d.slag == KATALOG), None), names)
    st.html(_table(found, names) if found else '<p class="sr-tomside">Ingen dokumenter er laget ennå.</p>')


def _yearly(actor: Actor, newest: Document | None, names: dict[str, str]) -> None:
    """Draw when the description was checked, a reminder of it, and the button that says it is done."""
    held = resources.current()
    with held.store.read(actor) as tx:
        check, reminder = documents.checked(tx), documents.reminder(tx, held.settings)
    if check is not None:
        who = escape(names.get(check.bruker, check.bruker))
        st.html(f'<p class="sr-ingress">Beskrivelsen ble sist kontrollert {texts.moment(check.tid)} av {who}.</p>')
    if reminder:
        st.warning(reminder)
    if newest is None or (check is not None and check.dokument_id == newest.dokument_id):
        return
    if st.button("Bekreft at den nyeste beskrivelsen er kontrollert", key="kontrollert"):
        with notices.refusals():
            with held.store.write(actor) as tx:
                documents.confirm(tx, newest.dokument_id)
            st.rerun()


@fragment(run_every=0.5)
def _progress(actor: Actor) -> None:
    run = _runs[_mine(actor)]
    if run.done.is_set():
        st.rerun()
    st.html(f'<p class="sr-ingress" role="status">{escape(run.step)}</p>')


def _table(found: list[Document], names: dict[str, str]) -> str:
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("Dokument", "Fil", "Størrelse", "Laget", "Kontrollsum (SHA-256)", "Hent")
    )
    rows = "".join(
        f"<tr><td>{NAMES[d.slag]}</td><td>{escape(d.filnavn)}</td><td class='sr-tall'>{_size(d.storrelse)}</td>"
        f"<td>{texts.moment(d.laget)}<br><span class='sr-dempet'>{escape(names.get(d.laget_av, d.laget_av))}</span></td>"
        f'<td class="sr-bryt"><span class="sr-sum">{d.sha256[:32]}<wbr>{d.sha256[32:]}</span></td>'
        f"<td>{links.fetched(DOCUMENT.replace('{nr}', str(d.dokument_id)), 'Last ned')}</td></tr>"
        for d in found
    )
    return f'<div class="sr-rulle"><table class="sr-tabell"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _size(size: int) -> str:
    if size < 1_000_000:
        return f"{texts.number(max(size / 1000, 1))}\u00a0kB"
    return f"{texts.number(size / 1_000_000, 1)}\u00a0MB"

"""Proves the command line: what it makes, what it refuses, and that a refusal is one Norwegian sentence."""

from __future__ import annotations

import asyncio
import socket
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from app.commands import register_commands
from app.web import resources
from app.work import loopback, loopback_routes, operations
from checks.errors import RegisterError
from ingest.access import JOB
from ingest.prom import jobs as prom_jobs
from ingest.settings import Settings
from ingest.store import Store, create
from ingest.vault import FILE, Vault
from tests.commands import Run

NO_REGISTER = "finnes ikke. Kjør «smertereg init» (et register i drift) eller «smertereg run» (en demo)"


def test_demo_makes_a_register_that_check_finds_whole(run: Run, settings: Settings) -> None:
    assert run("demo", "--forlop", "30")[0] == 0
    assert [p.name for p in settings.data.iterdir()] == [settings.register.name]
    status, said, _ = run("check")
    assert (status, said.count("OK"), said.count("FEIL")) == (0, 13, 0)


def test_demo_refuses_where_there_is_a_register(run: Run, settings: Settings) -> None:
    run("demo", "--forlop", "20")
    before = settings.register.read_bytes()
    status, _, complaint = run("demo")
    assert (status, complaint.count("\n")) == (1, 1)
    assert complaint.startswith("Det finnes allerede et register i ")
    assert settings.register.read_bytes() == before


def test_a_demo_that_stops_halfway_leaves_nothing(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        raise RegisterError("REG-062")

    monkeypatch.setattr("ingest.demo.make", stopped)
    assert run("demo")[0] == 1
    assert list(settings.data.iterdir()) == []


def test_what_a_killed_demo_left_is_removed(run: Run, settings: Settings) -> None:
    settings.data.mkdir()
    left = settings.data / f"{register_commands.UNFINISHED}999999999.duckdb"
    left.write_bytes(b"halvferdig")
    assert run("demo", "--forlop", "20")[0] == 0
    assert not left.exists()


def test_check_names_what_is_wrong(run: Run, settings: Settings) -> None:
    run("demo", "--forlop", "30")
    store = Store(settings.register)
    with store.write(JOB) as tx:
        tx.run("update register.skjemaversjon set svar = '{\"Tilsett\":1}' where forlop_id = 10001 and skjema = 'to'")
        tx.run("update tilgang.logg set innhold = 'x'")
    store.close()
    status, said, complaint = run("check")
    assert (status, said.count("FEIL")) == (1, 3)
    assert complaint.startswith("Kontrollen fant feil: Hendelser i loggen: ")
    assert "10001/to/1" in complaint


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        *(((name,), NO_REGISTER) for name in ("serve", "check", "publish")),
        (("export", "datadump", "--to", "ut"), "Ingenting er publisert ennå."),
        (("ncsp", "mangler.csv"), "Filen mangler.csv kan ikke leses. Finnes den"),
        (("export", "data", "--to", "ut", "--recipe", "mangler.yaml"), "Oppskriften (mangler.yaml) kan ikke brukes"),
        (("export", "skde", "--to", "ut", "--year", "2025"), "La SMERTEREG_SKDE være filen med dem"),
        (("export", "aarsrapport", "--to", "ut", "--year", "2025"), "Ingenting er publisert ennå."),
        (("export", "katalog", "--to", "ut"), "La SMERTEREG_KATALOG være filen med det"),
        (("export", "data", "--to", "ut", "--format", "pdf"), "formater: «pdf» kan ikke brukes"),
        (("export", "datadump", "--to", "ut", "--as-of", "2999-01-01"), "ikke slik det blir når 01.01.2999 er slutt."),
        (("export", "data", "--to", "ut", "--as-of", "2999-01-01T08:00"), "ikke slik det blir 01.01.2999 kl. 08:00."),
        (("export", "data", "--to", "ut", "--as-of", "i går"), "«i går» er verken en dag eller et tidspunkt."),
        (("import", "mangler"), NO_REGISTER),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(run: Run, words: tuple[str, ...], sentence: str) -> None:
    status, said, complaint = run(*words)
    assert (status, said, complaint.count("\n")) == (1, "", 1)
    assert sentence in complaint


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("tull",), "Kommandoen er ikke gyldig."),
        (("demo", "--tull"), "Ukjent valg: --tull."),
        (("demo", "--forlop", "mange"), "--forlop: verdien er ikke gyldig."),
        (
            ("export", "data", "--to", "x", "--from", "1.1.26"),
            "--from: verdien er ikke gyldig. Skriv datoen som 2026-10-01.",
        ),
        (("restore", "--to", "igår"), "--to: verdien er ikke gyldig. Skriv tidspunktet som 2026-10-01T14:30."),
        (("export", "datadump"), "--to mangler."),
        (("export", "skde", "--to", "ut"), "--year mangler."),
        (("export", "skde", "--to", "ut", "--year", "i fjor"), "--year: verdien er ikke gyldig."),
        (("export", "aarsrapport", "--to", "ut"), "--year mangler."),
        *(((name,), f"{word} mangler.") for name, word in (("ncsp", "FIL"), ("unlock", "BRUKERNAVN"))),
        (("export", "datadump", "--to", "ut", "--unit", "1", "--national"), "--unit og --national kan"),
    ],
)
def test_a_command_typed_wrong_is_said_so_in_norwegian(run: Run, words: tuple[str, ...], sentence: str) -> None:
    status, _, complaint = run(*words)
    assert (status, complaint.count("\n")) == (2, 1)
    assert complaint.startswith(sentence)


def test_a_copy_of_the_key_that_cannot_be_written_says_why(run: Run, settings: Settings, tmp_path: Path) -> None:
    settings.data.mkdir()
    Vault(settings.data / FILE).ready()
    (tmp_path / "fil").write_text("")
    for target, why in (
        (tmp_path / "fil", "det finnes en fil med det navnet"),
        (tmp_path / "ingen" / "fil", "mappen finnes ikke"),
        (tmp_path / "fil" / "fil", "det ligger en fil der mappen skal være"),
    ):
        status, _, complaint = run("key", "copy", "--to", str(target))
        assert status == 1
        assert complaint == f"Filen {target} kan ikke skrives: {why}. Velg et annet navn eller en annen mappe.\n"


@pytest.mark.parametrize("left", ["journal", "sikkerhetskopi"])
def test_where_a_register_has_been_the_setting_of_its_folder_is_asked_about_first(
    run: Run, settings: Settings, left: str
) -> None:
    folder = settings.data / left
    folder.mkdir(parents=True)
    (folder / f"000000000001.{left}").write_bytes(b"")
    complaint = run("check")[2]
    assert f"{settings.register} finnes ikke, men i {folder} ligger" in complaint
    assert 0 < complaint.find("SMERTEREG_DATA er riktig") < complaint.find("smertereg restore")


def test_a_wrong_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMERTEREG_PORT", "mange")
    assert run("serve")[2].startswith("Innstillingen SMERTEREG_PORT er feil: 'mange'.")


@pytest.fixture
def never_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: pytest.fail("appen startet"))


@pytest.mark.usefixtures("never_served")
def test_serve_says_only_that_another_process_has_the_register(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(settings.register).close()
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('åpen', flush=True); sys.stdin.read()"
    monkeypatch.setenv("SMERTEREG_PORT", str(_free_port()))
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(settings.register)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline()
        status, said, complaint = run("serve")
    finally:
        holder.communicate()
    assert (status, said, complaint.count("\n")) == (1, "", 1)
    assert "er i bruk av en annen prosess" in complaint


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.usefixtures("never_served")
def test_a_port_in_use_is_said_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("demo", "--forlop", "20")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("SMERTEREG_PORT", str(taken.getsockname()[1]))
        status, said, complaint = run("serve")
    assert (status, said.count("kjører på"), complaint.count("\n")) == (1, 0, 1)
    assert "Porten er opptatt" in complaint


def test_job_due_says_what_the_jobs_then_do_and_does_nothing_itself(run: Run, settings: Settings) -> None:
    run("demo", "--forlop", "200", "--seed", "1")
    store = Store(settings.register)
    with store.write(JOB) as tx:
        tx.run(
            "update prom.utboks set tilstand = 'venter', neste = opprettet where melding_id = (select min(melding_id) "
            "from prom.utboks m join prom.bestilling o using (bestilling_id) where o.tilstand = 'sendt' and tekst <> '')"
        )
    store.close()
    said = run("job", "due")[1]
    assert "1\u00a0melding i utboksen sendes." in said and "slås opp i Folkeregisteret." in said
    assert run("job", "due")[1] == said
    assert "meldinger: lokal:" in run("job", "eprom")[1]
    assert "kontrollert" in run("job", "population")[1]
    assert "utboksen" not in run("job", "due")[1] and "Folkeregisteret" not in run("job", "due")[1]


def test_a_job_that_could_not_do_everything_fails_for_whoever_started_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("demo", "--forlop", "20", "--seed", "1")
    assert run("job", "lock")[0] == 0
    wrong = ["forløp 7, hads: REG-029"]
    monkeypatch.setattr(prom_jobs, "lock", lambda _store, _at: prom_jobs.Outcome("lock", {}, wrong))
    status, _, complaint = run("job", "lock")
    assert (status, complaint.strip()) == (1, "Ikke gjort: forløp 7, hads: REG-029")


def test_ncsp_is_imported_and_replaced(run: Run, settings: Settings, tmp_path: Path) -> None:
    run("demo", "--forlop", "20")
    file = tmp_path / "ncsp.csv"
    file.write_text("Kode;Tekst\nNFB40;Totalprotese i hofte\nJEA00;Appendektomi\n", encoding="cp1252")
    assert run("ncsp", str(file))[:2] == (0, "2 operasjonskoder importert.\n")
    file.write_text("Kode;Tekst\nNFB40;Total hofteprotese\n", encoding="utf-8")
    assert run("ncsp", str(file))[1] == "1 operasjonskoder importert.\n"
    store = Store(settings.register)
    with store.read(JOB) as tx:
        assert tx.rows("select * from register.ncsp") == [{"kode": "NFB40", "tekst": "Total hofteprotese"}]
    store.close()


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("init",),
        ("demo",),
        ("unlock",),
        ("serve",),
        ("run",),
        ("publish",),
        ("export",),
        ("export", "datadump"),
        ("check",),
        ("ncsp",),
    ],
)
def test_help_is_norwegian(run: Run, words: tuple[str, ...]) -> None:
    status, said, _ = run(*words, "--help")
    assert status == 0
    assert said.startswith("Bruk: smertereg")
    assert not [word for word in ("Usage", "Options", "Show", "default", "Commands") if word in said]


def ask(address: str, token: str = "", host: str = "127.0.0.1", method: str = "POST") -> httpx.Response:
    """What the app answers a process on ``host``."""

    async def request() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=loopback_routes.routes()), client=(host, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://smertereg") as client:
            return await client.request(method, address, headers={"Authorization": f"Bearer {token}"})

    # In a thread of its own: the browser tests leave an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, request()).result()


def test_the_running_app_does_jobs_for_who_holds_the_token(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("demo", "--forlop", "20")
    with resources.holding(resources.open_resources(settings)), loopback_routes.open_for_jobs(settings):
        assert stat.S_IMODE(loopback.token_file(settings).stat().st_mode) == 0o600
        token = loopback_routes._token[0]
        answer = ask(loopback.CHECK, token)
        assert (answer.status_code, len(answer.json()["funn"])) == (200, 13)
        assert ask(loopback.CHECK, token, host="10.0.0.7").status_code == 403
        assert ask(loopback.CHECK).status_code == 403
        assert ask(loopback.CHECK, "feil").status_code == 403
        assert ask(loopback.CHECK, token, method="GET").status_code == 405

        def fails(*_: Any) -> None:
            raise RegisterError("REG-087", verdi=1)

        monkeypatch.setattr(operations, "publish_now", fails)
        refused = ask(loopback.PUBLISH, token)
        assert (refused.status_code, refused.json()) == (409, {"melding": str(RegisterError("REG-087", verdi=1))})
    assert not loopback.token_file(settings).exists()
    assert ask(loopback.CHECK, token).status_code == 403

"""What those who run the app are told: /ready, /metrics, and that every alert of deploy/smertereg-varsler.yml fires."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.web import resources
from app.work import job_runs, readiness
from checks import timetable
from checks.errors import RegisterError
from exports import publish
from ingest.access import GATE, JOB, Actor
from ingest.people import login
from ingest.safekeeping import shelf
from ingest.services import sending
from ingest.store import OSLO
from tests.access.alert_rules import Samples, fires, grown, value
from tests.accounts import HERE, ORIGIN, add, serving, sign_in
from tests.support import LU, MOMENT, Register

ROOT = Path(__file__).parents[2]
TOKEN = "en-lang-nok-tilfeldig-nokkel"
RULES = {
    rule["alert"]: rule["expr"]
    for group in yaml.safe_load((ROOT / "deploy" / "smertereg-varsler.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
}
DOCUMENT = (ROOT / "docs" / "drift.md").read_text(encoding="utf-8")


@dataclass
class Site:
    """The app over a register with a journal, everything done that is to be done."""

    register: Register
    app: Starlette
    data: Path
    free: list[int]

    def publish(self, moment: datetime) -> None:
        """Let the newest publishing be of this moment."""
        link, folder = self.data / "published", self.data / "publishing" / f"{moment.astimezone(OSLO):{publish.NAME}}"
        folder.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(folder)

    def client(self, host: str = "127.0.0.1") -> TestClient:
        return TestClient(self.app, base_url=ORIGIN, client=(host, 50_000), raise_server_exceptions=False)

    def ready(self, host: str = "127.0.0.1", **headers: str):
        return self.client(host).get("/ready", headers=headers)

    def wrong(self) -> list[str]:
        return [check["navn"] for check in self.ready().json()["kontroller"] if check["feil"]]

    def samples(self) -> Samples:
        """What a scraper reads; Prometheus adds `up` itself."""
        reply = self.client("10.0.0.7").get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        up = ("up", frozenset({("job", "smertereg")}))
        if reply.status_code != 200:
            return {up: 0.0}
        found = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(reply.text)
            for sample in family.samples
        }
        return found | {up: 1.0}


@pytest.fixture
def site(register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    add(register)
    with register.store.write(GATE) as tx:
        tx.run("update register.migrering set kjort = ?", MOMENT - timedelta(days=30))
    settings = register.keep_journal()
    for job in readiness.jobs(True):
        with job_runs.noted(settings, register.clock, job):
            pass
    free = [readiness.LEAST_FREE]
    monkeypatch.setattr(readiness, "free", lambda _: free[0])
    with serving(register, tmp_path, journal=settings.journal, metrikk_token=TOKEN) as app:
        made = Site(register, app, tmp_path, free)
        made.publish(MOMENT)
        yield made


def test_ready_says_only_whether_it_is_to_those_outside(site: Site) -> None:
    assert site.ready().json()["status"] == "klar" and site.wrong() == []
    site.publish(MOMENT - timedelta(days=2))
    for host, headers in (("10.0.0.7", {}), ("127.0.0.1", {"X-Forwarded-For": "10.0.0.7"})):
        reply = site.ready(host, **headers)
        assert (reply.status_code, reply.json()) == (503, {"status": "ikke klar"})
    told = site.ready("10.0.0.7", Authorization=f"Bearer {TOKEN}").json()["kontroller"]
    assert [check["feil"][:31] for check in told if check["feil"]] == ["Det er over et døgn siden datas"]


def test_health_answers_when_the_register_does_not(site: Site) -> None:
    silent(site)
    assert site.client().get("/health").json() == {"status": "ok"}
    assert "register" in site.wrong()


def test_a_register_that_hangs_is_told_within_the_patience(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources.current().probe.answers.__func__, "__defaults__", (0.01,))
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with site.register.store.write(GATE):
            held.set()
            let_go.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(30)
        assert "register" in site.wrong()
    finally:
        let_go.set()
        holder.join(30)
    assert resources.current().probe.answers(30)
    assert site.wrong() == []


def test_the_probe_is_a_save_that_the_journal_has_and_is_not_done_for_each_who_asks(site: Site) -> None:
    before = site.register.store._place.nr
    for _ in range(3):
        site.ready()
    assert site.register.store._place.nr == before + 1
    site.register.clock.turn(seconds=31)
    site.ready()
    assert site.register.store._place.nr == before + 2


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer feil", f"Bearer {TOKEN}x"])
def test_nobody_gets_the_figures_without_the_token(site: Site, given: str) -> None:
    for host in ("127.0.0.1", "10.0.0.7"):
        assert site.client(host).get("/metrics", headers={"Authorization": given}).status_code == 403


@pytest.mark.parametrize("given", ["", "Bearer "])
def test_nobody_gets_the_figures_when_no_token_is_set(register: Register, tmp_path: Path, given: str) -> None:
    with serving(register, tmp_path) as app:
        assert TestClient(app, base_url=ORIGIN).get("/metrics", headers={"Authorization": given}).status_code == 403


def test_the_figures_are_those_that_are_promised(site: Site) -> None:
    stuck_outbox(site)
    parts = re.compile("_(count|sum|bucket)$")
    measured = {parts.sub("", name) for name, _ in site.samples() if name.startswith("smertereg_")}
    assert measured == set(re.findall(r"^\| `(smertereg_\w+)`", DOCUMENT, re.MULTILINE))


def down(site: Site) -> None:
    site.app = Starlette()


def silent(site: Site) -> None:
    def broken(_: Actor) -> None:
        raise OSError("disken svarer ikke")

    site.register.store.admit = broken


def old_publishing(site: Site) -> None:
    site.publish(MOMENT - timedelta(hours=27))


def old_backup(site: Site) -> None:
    for file in shelf.files(resources.current().settings.backup_folder):
        file.unlink()


def job_not_run(site: Site) -> None:
    site.register.clock.now = timetable.latest(timetable.EPROM, MOMENT) + timedelta(days=1, hours=3)


def stuck_outbox(site: Site) -> None:
    with site.register.store.write(GATE) as tx:
        sending.queue(tx, sending.SMS, "91234567", "Hei")
    site.register.clock.turn(minutes=31)


def stuck_inbox(site: Site) -> None:
    with site.register.store.write(JOB) as tx:
        tx.run(
            "insert into prom.eprom_innboks values (1, 'x', ?, 'Completed', '', '', null, '{}', 'x', ?)",
            tx.now,
            tx.now + timedelta(hours=1),
        )
    site.register.clock.turn(minutes=31)


def full_disk(site: Site) -> None:
    site.free[0] -= 1


def failed_job(site: Site) -> None:
    with (
        pytest.raises(RegisterError),
        job_runs.noted(resources.current().settings, site.register.clock, timetable.PUBLISH),
    ):
        raise RegisterError("REG-085")


def no_room(site: Site) -> None:
    with pytest.raises(RegisterError), site.register.store.write(LU):
        raise RegisterError("REG-278", mappe="x")


def slow(site: Site) -> None:
    for _ in range(6):
        resources.current().metrics.seconds.observe(1.5)


def guessing(site: Site) -> None:
    for _ in range(25):
        with pytest.raises(RegisterError):
            login.check_password(site.register.store, LU.bruker, "feil passord", HERE)


STATES: dict[str, Callable[[Site], None]] = {
    "SmerteRegNede": down,
    "SmerteRegRegisteretSvarerIkke": silent,
    "SmerteRegPubliseringGammel": old_publishing,
    "SmerteRegSikkerhetskopiGammel": old_backup,
    "SmerteRegJobbIkkeKjort": job_not_run,
    "SmerteRegUtboksStaar": stuck_outbox,
    "SmerteRegInnboksStaar": stuck_inbox,
    "SmerteRegDiskNestenFull": full_disk,
    "SmerteRegJobbFeilet": failed_job,
    "SmerteRegKanIkkeLagre": no_room,
    "SmerteRegTregLagring": slow,
    "SmerteRegInnloggingSperret": guessing,
}


def test_every_alert_is_in_the_documents_and_has_a_state_that_fires_it() -> None:
    told = re.findall(r"^\| `(SmerteReg\w+)`", DOCUMENT, re.MULTILINE)
    assert sorted(told) == sorted(RULES) == sorted(STATES)


@pytest.mark.parametrize("alert", RULES)
def test_the_alert_fires_and_only_then(site: Site, alert: str) -> None:
    site.register.completed_forlop()
    first, before = site.samples(), site.samples()
    assert not fires(RULES[alert], first, before)
    STATES[alert](site)
    assert fires(RULES[alert], before, site.samples())


def test_a_save_is_counted_by_role_and_a_refusal_by_its_code(site: Site) -> None:
    site.register.forlop()
    before = site.samples()
    site.register.forlop()
    with pytest.raises(RegisterError), site.register.store.write(Actor("x", "x", "LU", "")):
        raise RegisterError("REG-020", skjema="", hvem="", tid="")
    after = site.samples()
    assert grown(before, after, "smertereg_lagringer_total", 'rolle="LU"') == 2
    assert grown(before, after, "smertereg_lagring_sekunder_count", "") == 2
    assert value(after, "smertereg_lagringer_avvist_total", 'kode="REG-020"') == [1]


def test_a_login_before_the_first_scrape_is_counted(site: Site) -> None:
    sign_in(site.register)
    assert site.samples()["smertereg_innlogginger_total", frozenset({("utfall", "lyktes")})] == 1

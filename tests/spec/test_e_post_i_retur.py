"""Mail that came back: what the server reports is read, found again by its Message-ID, and seen by the staff; nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from checks import eprom
from ingest.access import GATE
from ingest.prom import jobs, orders, patient_answers, returns
from ingest.prom.outside import Services
from ingest.services import returned, sending
from tests.channels import LocalChannel
from tests.spec.eprom import Eprom
from tests.support import SC, Register


def report(
    key: str, action: str = "failed", status: str = "5.1.1", *, original: bool = True, envelope: str = ""
) -> bytes:
    """What a mail server reports of a message with this key."""
    returned_part = f"""--grense
Content-Type: text/rfc822-headers

Date: Mon, 23 Nov 2026 10:00:00 +0100
From: smertereg@sykehuset.no
To: nora@example.com
Message-ID: <{key}@smertereg.sykehuset.no>

"""
    return f"""From: MAILER-DAEMON@post.example.com
To: smertereg@sykehuset.no
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="grense"

--grense
Content-Type: text/plain

This is the mail system.

--grense
Content-Type: message/delivery-status

Reporting-MTA: dns; post.example.com
{f"Original-Envelope-Id: {envelope}" if envelope else "X-Queue: 1"}

Final-Recipient: rfc822; nora@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 <nora@example.com> unknown

{returned_part if original else ""}--grense--
""".encode()


@dataclass
class Mailed:
    """A register in which Pasreg is sent by e-mail, and the folder with what comes back."""

    prom: Eprom
    forlop_id: int
    folder: Path
    mail: LocalChannel

    @property
    def key(self) -> str:
        return list(self.mail.delivered)[-1]

    def put(self, content: bytes, name: str = "1", inbox: str = "new") -> Path:
        (self.folder / inbox).mkdir(parents=True, exist_ok=True)
        file = self.folder / inbox / name
        file.write_bytes(content)
        return file

    def read(self) -> dict[str, int]:
        outcome = returns.read(self.prom.register.store, self.folder)
        assert outcome.feil == []
        return outcome.gjort

    @property
    def form(self):
        return self.prom.form(self.forlop_id, "pasreg")

    @property
    def logged(self) -> int:
        with self.prom.register.store.read(SC) as tx:
            return len(tx.rows("select 1 from tilgang.logg where hendelse = 'ePROM kom ikke fram'"))


@pytest.fixture
def mailed(prom: Eprom, forlop_id: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mailed:
    channel = LocalChannel()
    services = Services(prom.contacts, {"epost": channel}, "https://eksempel.no", hads=True)
    monkeypatch.setattr(Eprom, "services", services)
    prom.do(lambda tx: tx.run("update identitet.person set epost = 'nora@example.com'"))
    prom.do(lambda tx: orders.order(tx, forlop_id, "pasreg", "epost"))
    jobs.send(prom.register.store, services)
    made = Mailed(prom, forlop_id, tmp_path / "retur", channel)
    assert made.form.eprom == "bestilt"
    return made


def test_en_e_post_i_retur_staar_som_ikke_sendt_og_kan_bestilles_paa_en_annen_maate(mailed: Mailed) -> None:
    file = mailed.put(report(mailed.key))
    assert mailed.read() == {"kom i retur": 1}
    assert mailed.form.tekst == "Ikke sendt: meldingen kom ikke fram (kom i retur, 5.1.1)."
    assert mailed.form.varsel and mailed.form.kan_bestilles and mailed.form.feilet is None
    assert mailed.logged == 1
    # The report has the patient's address, and may have the link.
    assert not file.exists() and list(mailed.folder.rglob("*")) == [mailed.folder / "new"]
    mailed.put(report(mailed.key))
    assert mailed.read() == {"kjent fra før": 1} and mailed.logged == 1
    assert mailed.read() == {}


@pytest.mark.parametrize(
    ("action", "said"), [("delayed", "forsinket"), ("delivered", "kom fram"), ("relayed", "kom fram")]
)
def test_en_forsinkelse_og_en_kvittering_endrer_ingenting(mailed: Mailed, action: str, said: str) -> None:
    before = mailed.form
    mailed.put(report(mailed.key, action, "4.4.1" if action == "delayed" else "2.0.0"))
    assert mailed.read() == {said: 1} and mailed.form == before
    mailed.put(report(mailed.key))
    assert mailed.read() == {"kom i retur": 1}


def test_en_retur_uten_meldingens_hode_finnes_paa_det_vi_kalte_den(mailed: Mailed) -> None:
    mailed.put(report("", original=False, envelope=mailed.key))
    assert mailed.read() == {"kom i retur": 1}


def test_det_som_ikke_kan_finnes_igjen_telles_og_legges_til_side_uten_gjetting(mailed: Mailed) -> None:
    before, key = mailed.form, mailed.key
    unknown = [
        report("", original=False),
        report("noe-annet"),
        report(key[:-1] + ("0" if key[-1] != "0" else "1")),
        report(key.rpartition("-")[0]),
        report("smertereg-99"),
        report("smertereg-" + "9" * 70),
    ]
    for nr, one in enumerate(unknown):
        mailed.put(one, f"{nr}:2,S")
    assert mailed.read() == {"uten kjent melding": len(unknown)} and mailed.form == before
    assert len(list((mailed.folder / "cur").iterdir())) == len(unknown) and mailed.read() == {}


def test_en_annen_mappe_enn_en_maildir_leses_ogsaa(mailed: Mailed) -> None:
    mailed.put(b"Subject: Jeg er bortreist\n\nHei", "ferie.eml", "")
    mailed.put(report(mailed.key), "retur.eml", "")
    assert mailed.read() == {"ikke lest": 1, "kom i retur": 1}
    assert [file.name for file in mailed.folder.iterdir()] == ["lest"] and mailed.read() == {}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 100,
        b"Content-Type: multipart/report; boundary=a\n\n--a\nContent-Type: message/delivery-status\n\n",
        b"".join(b"Content-Type: multipart/report; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(4000)),
        b"Content-Type: multipart/report; boundary=a\n\n--a\nContent-Type: message/delivery-status; charset=\xff\n\nAction: failed\n\nAction: \xff\xfe\n--a--",
        b'Content-Type: multipart/report; boundary="' + b"a" * 70_000 + b'"\n\n--a\n',
    ],
)
def test_det_som_er_oedelagt_eller_ondsinnet_stopper_ingen_andre(mailed: Mailed, content: bytes) -> None:
    mailed.put(content, "0")
    mailed.put(report(mailed.key), "1")
    found = mailed.read()
    assert found.pop("kom i retur") == 1
    assert found in ({"ikke lest": 1}, {"uten kjent melding": 1})


def test_det_som_er_for_stort_leses_ikke(mailed: Mailed) -> None:
    mailed.put(report(mailed.key) + b"x" * returned.MOST_BYTES)
    assert mailed.read() == {"ikke lest": 1} and mailed.form.eprom == "bestilt"


def test_en_fil_som_ikke_kan_leses_stopper_ingen_andre(mailed: Mailed, monkeypatch: pytest.MonkeyPatch) -> None:
    mailed.put(b"", "0")
    mailed.put(report(mailed.key), "1")
    really = Path.open
    monkeypatch.setattr(Path, "open", lambda path, *a, **k: refuse() if path.name == "0" else really(path, *a, **k))

    def refuse() -> None:
        raise PermissionError(13, "Permission denied")

    outcome = returns.read(mailed.prom.register.store, mailed.folder)
    assert outcome.gjort == {"kom i retur": 1} and len(outcome.feil) == 1


def test_en_lenke_i_mappen_folges_ikke(mailed: Mailed, tmp_path: Path) -> None:
    outside = tmp_path / "annet"
    outside.write_bytes(report(mailed.key))
    (mailed.folder / "new").mkdir(parents=True)
    (mailed.folder / "new" / "1").symlink_to(outside)
    assert mailed.read() == {} and outside.exists()


def test_har_pasienten_begynt_aa_svare_er_skjemaet_fortsatt_aapent(mailed: Mailed) -> None:
    token = mailed.mail.delivered[mailed.key][1].split("/e/")[1].split(" ")[0]
    with mailed.prom.register.store.write(patient_answers.VISITOR) as tx:
        patient_answers.keep(tx, patient_answers.open_link(tx, token), {"PRSpm1": 2}, 2)
    mailed.put(report(mailed.key))
    assert mailed.read() == {"kom i retur": 1}
    link = mailed.prom.link(token)
    assert link is not None and link.live and mailed.logged == 0


def test_en_paaminnelse_i_retur_lar_skjema_og_lenke_staa_og_sies(mailed: Mailed) -> None:
    mailed.prom.run_on(26)
    assert "paaminnelse" in mailed.key
    mailed.put(report(mailed.key, status="5.2.2"))
    assert mailed.read() == {"kom i retur": 1}
    assert mailed.form.eprom == "bestilt" and mailed.form.feilet is None
    assert "Påminnelsen kom ikke fram (kom i retur, 5.2.2)" in mailed.form.tekst


def test_etter_en_retur_purres_og_laases_ikke_skjemaet_som_om_pasienten_hadde_det(mailed: Mailed) -> None:
    mailed.put(report(mailed.key))
    mailed.read()
    mailed.prom.run_on(26)
    assert len(mailed.mail.delivered) == 1
    with mailed.prom.register.store.read(SC) as tx:
        found = tx.row(
            "select tilstand, arsak from prom.bestilling where skjema = 'pasreg' order by bestilling_id limit 1"
        )
    assert found == {"tilstand": eprom.NOT_SENT, "arsak": eprom.UNDELIVERED}


def test_en_melding_til_en_bruker_som_kom_i_retur_staar_som_feilet(register: Register, tmp_path: Path) -> None:
    with register.store.write(GATE) as tx:
        number = sending.queue(tx, sending.EMAIL, "lise@example.no", "Hei")
    sending.deliver(register.store, {sending.EMAIL: LocalChannel()}, number)
    (tmp_path / "retur").mkdir()
    (tmp_path / "retur" / "1").write_bytes(report(f"smertereg-{number}"))
    assert returns.read(register.store, tmp_path / "retur").gjort == {"til brukere, kom i retur": 1}
    with register.store.read(GATE) as tx:
        assert sending.latest(tx, 1)[0]["tilstand"] == sending.FAILED


def test_en_mappe_som_ikke_kan_leses_sies_og_uten_mappe_gjoeres_ingenting(register: Register, tmp_path: Path) -> None:
    (said,) = returns.read(register.store, tmp_path / "finnes ikke").feil
    assert "SMERTEREG_RETUR" in said
    assert returns.read(register.store, None).gjort == {}

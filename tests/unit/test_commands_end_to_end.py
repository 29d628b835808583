"""What whoever runs the register does with files and mail from elsewhere, by commands alone."""

from __future__ import annotations

from email import message_from_string, policy
from pathlib import Path

import pytest
import xlsxwriter

from ingest.access import JOB
from ingest.prom import orders
from ingest.settings import Settings
from ingest.store import Store
from tests import support
from tests.commands import Run
from tests.mail_server import listening
from tests.spec.test_e_post_i_retur import report

HEAD = ("Kode", "Kodetekst", "Gyldig fra")
SHEETS = {
    "Les meg": [("Alle prosedyrekoder 2026",)],
    "NCMP": [HEAD, ("A0099", "Annet medisinsk", 46023)],
    "NCSP": [
        ("NCSP 2026",),
        (),
        HEAD,
        ("A", "Nervesystemet", ""),
        ("AAA00", "Kraniotomi", 46023),
        ("NFB40", "Hofteprotese", 46023),
    ],
    "NCRP": [HEAD, ("RAA0AA", "Røntgen", 46023)],
}


def test_the_official_workbook_of_ncsp_is_imported(run: Run, settings: Settings, tmp_path: Path) -> None:
    settings.data.mkdir()
    support.make(settings.register).store.close()
    file = tmp_path / "Prosedyrekoder 2026.xlsx"
    with xlsxwriter.Workbook(file) as book:
        for name, lines in SHEETS.items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(lines):
                sheet.write_row(row, 0, line)
    assert run("ncsp", str(file)) == (0, "2 operasjonskoder importert.\n", "")
    unclosed = tmp_path / "ncsp.csv"
    unclosed.write_text('Kode;Kodetekst\nAAA00;Kraniotomi\nABA00;"Uavsluttet\nNFB40;Hofteprotese\n', encoding="utf-8")
    status, _, complaint = run("ncsp", str(unclosed))
    assert (status, "begynner på linje 3 er ikke avsluttet" in complaint) == (1, True)
    store = Store(settings.register)
    with store.read(JOB) as tx:
        assert [row["kode"] for row in tx.rows("select kode from register.ncsp order by kode")] == ["AAA00", "NFB40"]
    store.close()


@pytest.mark.parametrize(
    ("action", "status", "said"),
    [("failed", "5.1.1", "kom i retur"), ("delayed", "4.4.1", "forsinket"), ("delivered", "2.0.0", "kom fram")],
)
def test_mail_that_a_server_took_and_reports_of_is_read(
    run: Run, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, action: str, status: str, said: str
) -> None:
    settings.data.mkdir()
    register = support.make(settings.register)
    forlop_id = register.completed_forlop()
    with register.store.write(support.LU) as tx:
        tx.run("update identitet.person set epost = 'nora@example.com'")
        orders.order(tx, forlop_id, "pasreg", "epost")
    register.store.close()
    inbox = tmp_path / "retur" / "new"
    inbox.mkdir(parents=True)
    for name, value in {"SMTP_HOST": "localhost", "SMTP_TLS": "false", "RETUR": inbox.parent}.items():
        monkeypatch.setenv(f"SMERTEREG_{name}", str(value))
    with listening(None) as server:
        monkeypatch.setenv("SMERTEREG_SMTP_PORT", str(server.port))
        assert run("job", "eprom")[0] == 0
    [sent] = server.mail
    key = message_from_string(sent, policy=policy.default)["Message-ID"].strip("<>").partition("@")[0]
    (inbox / "1").write_bytes(report(key, action, status))
    assert run("job", "bounces") == (0, f"bounces: {said}: 1.\n", "")
    assert list(inbox.iterdir()) == []
    store = Store(settings.register)
    with store.read(JOB) as tx:
        logged = tx.rows("select forlop_id from tilgang.logg where hendelse = 'ePROM kom ikke fram'")
    store.close()
    assert logged == ([{"forlop_id": forlop_id}] if action == "failed" else [])

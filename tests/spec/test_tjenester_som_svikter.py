"""Outside services that are down, slow, silent or refuse: nothing is lost, nothing sent twice, the coordinator sees it."""

from __future__ import annotations

from datetime import date

import pytest

from checks import eprom
from ingest.access import JOB
from ingest.prom import delivery, jobs, orders, outbox, patient_answers
from ingest.prom.outside import Services
from ingest.services.patience import ENOUGH
from ingest.standin import TIMEOUT, Faults
from ingest.store import OSLO
from tests.spec.eprom import Eprom, SilentAbout, moment, number_of, refused
from tests.support import OTHER_LU, SC, TO, Register


def test_kanal_som_er_nede_proeves_igjen_og_gis_opp_synlig(prom: Eprom, forlop_id: int) -> None:
    prom.channel.faults.down = True
    prom.run_on(23)
    assert prom.form(forlop_id, "pasreg").tekst == "Bestilt, og på vei til pasienten."
    for _ in range(len(delivery.WAITS)):
        prom.register.clock.turn(hours=7)
        delivery.send_due(prom.register.store, prom.services)
    form = prom.form(forlop_id, "pasreg")
    assert form.feilet is not None and "kom ikke fram" in form.tekst
    prom.channel.faults.down = False
    number = form.feilet
    with refused("REG-061"):
        prom.do(lambda tx: outbox.resend(tx, number), OTHER_LU)
    prom.do(lambda tx: outbox.resend(tx, number))
    delivery.send_due(prom.register.store, prom.services)
    assert prom.keys == ["smertereg-prom-1-skjema"]
    form = prom.form(forlop_id, "pasreg")
    assert form.eprom == "bestilt" and form.frist == eprom.lock_at(prom.register.clock.now.astimezone(OSLO).date())
    with refused("REG-166"):
        prom.do(lambda tx: outbox.resend(tx, number))


def test_en_kanal_som_ikke_svarer_i_tide_faar_meldingen_en_gang_og_raden_sier_at_den_kan_ha_kommet_fram(
    prom: Eprom, forlop_id: int
) -> None:
    waited: list[float] = []
    prom.channel.faults = Faults(silent=True, wait=waited.append)
    prom.run_on(23)
    assert waited == [TIMEOUT] * 2 and prom.sent() == []
    assert prom.form(forlop_id, "pasreg").tekst == "Bestilt, og på vei til pasienten."
    prom.channel.faults.silent, prom.channel.faults.down = False, True
    prom.register.clock.turn(minutes=5)
    delivery.send_due(prom.register.store, prom.services)
    prom.channel.faults.down = False
    prom.register.clock.turn(minutes=30)
    delivery.send_due(prom.register.store, prom.services)
    assert [s[0] for s in prom.sent()] == ["pasreg", "hads"]
    assert prom.keys == ["smertereg-prom-1-skjema", "smertereg-prom-2-skjema"]
    with prom.register.store.read(SC) as tx:
        assert tx.rows("select distinct tilstand, forsok, feil from prom.utboks") == [
            {"tilstand": "sendt", "forsok": 3, "feil": outbox.NO_RECEIPT}
        ]


def test_en_kanal_som_aldri_svarer_gis_opp_og_koordinatoren_ser_at_meldingen_kan_ha_kommet_fram(
    prom: Eprom, forlop_id: int
) -> None:
    prom.channel.faults = Faults(silent=True, wait=lambda _: None)
    prom.run_on(23)
    for _ in range(len(delivery.WAITS)):
        prom.register.clock.turn(hours=7)
        delivery.send_due(prom.register.store, prom.services)
    form = prom.form(forlop_id, "pasreg")
    assert form.varsel and form.tekst == f"Ikke sendt: meldingen kom ikke fram ({outbox.NO_RECEIPT})."
    number = form.feilet
    assert number is not None
    prom.channel.faults.silent = False
    prom.do(lambda tx: outbox.resend(tx, number))
    delivery.send_due(prom.register.store, prom.services)
    with prom.register.store.read(SC) as tx:
        row = tx.row("select tilstand, feil from prom.utboks where melding_id = ?", number)
    assert row == {"tilstand": "sendt", "feil": outbox.NO_RECEIPT}


def test_en_bestilling_som_ikke_ble_sendt_for_fristen_blir_synlig_og_kan_sendes_paa_nytt(
    prom: Eprom, forlop_id: int
) -> None:
    prom.at(23)
    prom.do(lambda tx: orders.order(tx, forlop_id, "pasreg", "sikker"))
    with prom.register.store.write(JOB) as tx:
        delivery.take(tx)
    prom.at(30, 9, 0)  # the program stood still meanwhile, stopped while it was sending
    assert delivery.send_due(prom.register.store, prom.services) == {}
    form = prom.form(forlop_id, "pasreg")
    assert form.feilet is not None and form.varsel
    assert f"({outbox.PERHAPS_TWICE}; {delivery.TOO_OLD})" in form.tekst
    number = form.feilet
    prom.do(lambda tx: outbox.resend(tx, number))
    delivery.send_due(prom.register.store, prom.services)
    assert [s[0] for s in prom.sent()] == ["pasreg"]
    assert prom.form(forlop_id, "pasreg").frist == eprom.lock_at(date(2026, 11, 30))


def test_siden_sier_ikke_at_en_paaminnelse_er_sendt_foer_den_er_det(prom: Eprom, forlop_id: int) -> None:
    prom.run_on(23)
    prom.channel.faults.down = True
    prom.run_on(26)
    assert "Påminnelse er på vei." in prom.form(forlop_id, "pasreg").tekst
    for _ in range(len(delivery.WAITS)):
        prom.register.clock.turn(hours=7)
        delivery.send_due(prom.register.store, prom.services)
    form = prom.form(forlop_id, "pasreg")
    assert form.varsel and "Påminnelsen kom ikke fram (ikke levert: kanalen svarer ikke)." in form.tekst
    prom.channel.faults.down, number = False, form.feilet
    assert number is not None
    prom.do(lambda tx: outbox.resend(tx, number))
    delivery.send_due(prom.register.store, prom.services)
    assert "Påminnelse er sendt." in prom.form(forlop_id, "pasreg").tekst


def test_adresse_som_ikke_finnes_gis_opp_med_det_samme(prom: Eprom, forlop_id: int) -> None:
    with prom.register.store.read(SC) as tx:
        prom.channel.bounces = {row["idnr"] for row in tx.rows("select idnr from identitet.person")}
    prom.run_on(23)
    form = prom.form(forlop_id, "pasreg")
    assert form.varsel and form.kan_bestilles and form.feilet is not None
    assert form.tekst == "Ikke sendt: meldingen kom ikke fram (avvist: adressen finnes ikke)."
    prom.run_on(24)
    assert delivery.send_due(prom.register.store, prom.services) == {}
    with prom.register.store.read(SC) as tx:
        tries = tx.rows("select distinct tilstand, forsok from prom.utboks where bestilling_id = 1")
    assert tries == [{"tilstand": outbox.FAILED, "forsok": 1}]
    assert prom.channel.delivered == {}


def test_en_melding_som_kom_i_retur_kan_meldes_og_skjemaet_bestilles_paa_en_annen_maate(
    prom: Eprom, forlop_id: int
) -> None:
    with refused("REG-183"):
        prom.do(lambda tx: orders.undelivered(tx, forlop_id, "pasreg"))
    prom.run_on(23)
    first = prom.token("pasreg")
    with refused("REG-061"):
        prom.do(lambda tx: orders.undelivered(tx, forlop_id, "pasreg"), OTHER_LU)
    prom.do(lambda tx: orders.undelivered(tx, forlop_id, "pasreg"))
    form = prom.form(forlop_id, "pasreg")
    assert form.varsel and form.kan_bestilles and form.tekst == "Ikke sendt: meldingen kom ikke fram."
    link = prom.link(first)
    assert link is not None and not link.live
    prom.run_on(26)
    assert [s[:2] for s in prom.sent()] == [("pasreg", "skjema"), ("hads", "skjema"), ("hads", "paaminnelse")]
    prom.do(lambda tx: tx.run("update identitet.person set telefon = '90000000'"))
    prom.do(lambda tx: orders.order(tx, forlop_id, "pasreg", "sms"))
    prom.run()
    assert [key.rpartition("-")[0] for key in prom.sms.delivered] == ["smertereg-prom-3-skjema"]
    assert prom.form(forlop_id, "pasreg").eprom == "bestilt"


def test_har_pasienten_begynt_aa_svare_kom_meldingen_fram(prom: Eprom, forlop_id: int) -> None:
    prom.run_on(23)
    assert prom.form(forlop_id, "pasreg").kan_vaere_tapt
    with prom.register.store.write(patient_answers.VISITOR) as tx:
        patient_answers.keep(tx, patient_answers.open_link(tx, prom.token("pasreg")), {"PRSpm1": 1}, 2)
    assert not prom.form(forlop_id, "pasreg").kan_vaere_tapt
    with refused("REG-183"):
        prom.do(lambda tx: orders.undelivered(tx, forlop_id, "pasreg"))


def test_kontaktregister_som_er_nede_utsetter_til_det_svarer(prom: Eprom, forlop_id: int) -> None:
    prom.contacts.faults.down = True
    prom.at(23)
    assert jobs.send(prom.register.store, prom.services).gjort == {"utsatt": 1}
    prom.contacts.faults.down = False
    prom.at(23, 17, 5)
    assert prom.form(forlop_id, "pasreg").tekst == "Sendes automatisk så snart det går."
    prom.run()
    assert prom.sent() == [("pasreg", "skjema", moment(23, 17, 5)), ("hads", "skjema", moment(23, 17, 5))]


def test_en_pasient_kontaktregisteret_ikke_svarer_om_i_tide_utsettes_og_de_andre_faar_sitt(
    prom: Eprom, register: Register, forlop_id: int
) -> None:
    others = [register.forlop() for _ in range(2)]
    for other in others:
        register.save(other, "to", TO | {"DatoSamtykke": "2026-11-23"})
    prom.contacts = silent = SilentAbout(number=number_of(register, forlop_id))
    prom.at(23)
    assert jobs.send(prom.register.store, prom.services).gjort == {"utsatt": 1, "bestilt": 4, "meldinger: sendt": 2}
    assert prom.form(forlop_id, "pasreg").tekst.startswith("Sendes automatisk")
    silent.number = ""
    prom.at(23, 16, 42)
    jobs.send(prom.register.store, prom.services)
    assert sorted(s[0] for s in prom.sent()) == ["hads"] * 3 + ["pasreg"] * 3


def test_et_kontaktregister_som_aldri_svarer_holder_ikke_jobben_i_timevis(
    prom: Eprom, register: Register, forlop_id: int
) -> None:
    for _ in range(9):
        register.save(register.forlop(), "to", TO | {"DatoSamtykke": "2026-11-23"})
    waited: list[float] = []
    prom.contacts.faults = Faults(silent=True, wait=waited.append)
    prom.at(23)
    assert jobs.send(prom.register.store, prom.services).gjort == {"utsatt": 10}
    assert waited == [TIMEOUT] * ENOUGH
    prom.contacts.faults.silent = False
    prom.run_on(23)
    assert len(prom.sent()) == 20


def test_en_kanal_som_aldri_svarer_holder_ikke_jobben_i_timevis_og_bruker_ikke_opp_forsokene(
    prom: Eprom, register: Register, forlop_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 4)
    for _ in range(9):
        register.save(register.forlop(), "to", TO | {"DatoSamtykke": "2026-11-23"})
    waited: list[float] = []
    prom.channel.faults = Faults(silent=True, wait=waited.append)
    prom.at(23)
    jobs.send(prom.register.store, prom.services)
    assert waited == [TIMEOUT] * 4
    with prom.register.store.read(SC) as tx:
        tries = tx.rows(
            "select forsok, count(*) as n from prom.utboks where forfall <= ? group by forsok order by 1", tx.now
        )
    assert tries == [{"forsok": 0, "n": 6}, {"forsok": 1, "n": 4}]
    prom.channel.faults.silent = False
    prom.at(23, 16, 35)
    delivery.send_due(prom.register.store, prom.services)
    assert len(prom.sent()) == len(prom.channel.delivered) == 20


def test_uten_sikker_kanal_staar_skjemaet_som_ikke_sendt(prom: Eprom, forlop_id: int) -> None:
    prom.at(23)
    jobs.send(prom.register.store, Services(None, {}, ""))
    assert prom.form(forlop_id, "pasreg").tekst == "Ikke sendt: sikker kanal er ikke satt opp."


def test_en_melding_som_var_under_sending_da_programmet_stoppet_sier_det(prom: Eprom, forlop_id: int) -> None:
    prom.at(23)
    prom.do(lambda tx: orders.order(tx, forlop_id, "pasreg", outbox.SECURE))
    with prom.register.store.write(JOB) as tx:
        assert len(delivery.take(tx)) == 1
    delivery.send_due(prom.register.store, prom.services)
    with prom.register.store.read(SC) as tx:
        row = tx.row("select tilstand, forsok, feil from prom.utboks")
    assert row == {"tilstand": "sendt", "forsok": 2, "feil": outbox.PERHAPS_TWICE}

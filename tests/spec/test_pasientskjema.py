"""Manual: «Pasientregistreringer», «ePROM», «Stoppe utsending», «Manuell utsending»."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from checks import eprom
from checks.forlop import PATIENT_FORMS
from ingest.access import JOB
from ingest.prom import delivery, jobs, open_forms, orders, outbox, samtykke
from ingest.services.kontaktregister import Contact
from tests import support
from tests.spec.eprom import Eprom, moment, refused
from tests.support import LC, LU, NOT_SEEN, OTHER_LU, SC, TO, Register

# --- Når skjema sendes --------------------------------------------------------------------------------------


@pytest.mark.manual("Pasientregistreringer 1", "ePROM 2")
def test_pasienten_opprettes_saa_snart_kriteriene_er_oppfylt_og_den_er_tilsett(register: Register) -> None:
    unseen, unsigned = register.forlop(), register.forlop()
    register.save(unseen, "to", NOT_SEEN)
    register.save(unsigned, "to", {k: v for k, v in TO.items() if "amtyk" not in k})
    with register.store.read(LU) as tx:
        found = open_forms.rows(tx)
    assert [row.forlop_id for row in found] == [unsigned]
    assert {form.eprom for form in found[0].skjema.values()} == {"ikke_mulig"}
    with register.store.read(OTHER_LU) as tx:
        assert open_forms.rows(tx) == []


@pytest.mark.manual("Pasientregistreringer 2", "ePROM 2", "ePROM 3")
def test_pasreg_og_hads_sendes_kl_1630_samme_dag_med_to_minutters_intervall(prom: Eprom, forlop_id: int) -> None:
    prom.at(23, 16, 29)
    prom.run()
    assert prom.sent() == []
    prom.run_on(23)
    prom.run_on(24)
    assert prom.sent() == [("pasreg", "skjema", moment(23)), ("hads", "skjema", moment(23, 16, 32))]
    assert prom.form(forlop_id, "pasreg").eprom == "bestilt"
    assert prom.form(forlop_id, "eval").eprom == "tilgjengelig"


@pytest.mark.manual("ePROM 3")
def test_samtykke_etter_1630_sendes_neste_dag(prom: Eprom, register: Register) -> None:
    prom.at(23, 16, 31)
    register.save(register.forlop(), "to", TO | {"DatoSamtykke": "2026-11-23"})
    prom.at(23, 20)
    prom.run()
    assert prom.sent() == []
    prom.run_on(24)
    assert len(prom.sent()) == 2


@pytest.mark.manual("Pasientregistreringer 3", "Pasientregistreringer 4")
def test_eval_sendes_naar_b22_er_ferdigstilt_og_opioid_fire_uker_etter_sluttdato(
    prom: Eprom, register: Register
) -> None:
    forlop_id = register.completed_forlop(TO | {"DatoSamtykke": "2026-11-23"})
    prom.run_on(23)
    assert [form for form, _, _ in prom.sent()] == ["pasreg", "eval", "hads"]
    register.save(forlop_id, "b22", {"SluttDato": "2026-11-20"}, actor=LC, grunn="Feil dato")
    prom.at(17, 16, 30, 12)
    prom.run()
    assert "opioid" not in [form for form, _, _ in prom.sent()]
    prom.run_on(18, 12)
    assert prom.sent()[-1] == ("opioid", "skjema", moment(18, month=12))


@pytest.mark.manual("ePROM 2", "ePROM 4", "ePROM 5")
def test_tre_dager_saa_paaminnelse_og_laast_etter_tre_dager_til(prom: Eprom, forlop_id: int) -> None:
    for day in range(23, 31):
        prom.run_on(day)
    assert [s for s in prom.sent() if s[0] == "pasreg"] == [
        ("pasreg", "skjema", moment(23)),
        ("pasreg", "paaminnelse", moment(26)),
    ]
    form = prom.form(forlop_id, "hads")
    assert (form.status, form.lukket_grunn, form.eprom) == (1, eprom.NOT_ANSWERED, "utfylt")
    assert "Ikke besvart ePROMS" in form.tekst
    saved = prom.register.open(forlop_id, "hads")
    assert saved.svar["PasDelUtf"] == 0 and saved.sist_lagret == eprom.run_on(date(2026, 11, 29))


# --- Lenken -------------------------------------------------------------------------------------------------


def test_lenken_lever_til_fristen_og_bare_hashen_lagres(prom: Eprom, forlop_id: int) -> None:
    prom.run_on(23)
    token = prom.token("pasreg")
    assert len(token) == 43
    found = prom.link(token)
    assert found is not None and found.live and (found.forlop_id, found.skjema) == (forlop_id, "pasreg")
    with prom.register.store.read(SC) as tx:
        everything = str([tx.rows(f"select * from prom.{t}") for t in ("lenke", "bestilling", "utboks")])
    assert token not in everything
    prom.at(29, 16, 29)
    assert (found := prom.link(token)) and found.live
    prom.at(29, 16, 30)
    assert (found := prom.link(token)) and not found.live
    assert prom.link("gjettet") is None


@pytest.mark.parametrize("what", ["stopp", "trukket", "papir", "slettet"])
def test_lenken_dor_med_det_samme(prom: Eprom, forlop_id: int, what: str) -> None:
    prom.run_on(23)
    token = prom.token("pasreg")
    pasient = prom.register.head(forlop_id).pasient_id
    {
        "stopp": lambda: prom.do(lambda tx: orders.stop(tx, forlop_id, eprom.UNABLE)),
        "trukket": lambda: prom.do(lambda tx: samtykke.withdraw(tx, pasient, tx.today, "Brev"), SC),
        "papir": lambda: prom.do(lambda tx: orders.mark_paper(tx, forlop_id, "pasreg")),
        "slettet": lambda: prom.do(lambda tx: support.forlop.delete(tx, forlop_id, "Feil pasient"), LC),
    }[what]()
    assert (found := prom.link(token)) and not found.live
    prom.run_on(26)
    assert ("pasreg", "paaminnelse") not in [s[:2] for s in prom.sent()]


# --- Stopp, «Besvar alle og ferdigstill» ----------------------------------------------------------------------


@pytest.mark.manual("ePROM 7")
def test_stopp_foer_1630_hindrer_utsending(prom: Eprom, forlop_id: int) -> None:
    closed = prom.do(lambda tx: orders.stop(tx, forlop_id, eprom.DEAD))
    prom.run_on(23)
    assert (closed, prom.sent()) == (PATIENT_FORMS, [])
    assert {prom.form(forlop_id, f).lukket_grunn for f in PATIENT_FORMS} == {eprom.DEAD}
    with refused("REG-169"):
        prom.do(lambda tx: orders.stop(tx, forlop_id, eprom.DEAD))


@pytest.mark.manual("ePROM 6")
def test_stopp_har_to_aarsaker(prom: Eprom, forlop_id: int) -> None:
    for reason in (1, 2, 5, 7, 9):
        with refused("REG-167"):
            prom.do(lambda tx, reason=reason: orders.stop(tx, forlop_id, reason))


@pytest.mark.manual("Pasientregistreringer 7")
def test_besvar_alle_bare_naar_ingen_er_paabegynt(prom: Eprom, forlop_id: int) -> None:
    prom.register.save(forlop_id, "hads", {"HADSSpm1": 2})
    with refused("REG-168"):
        prom.do(lambda tx: orders.answer_all(tx, forlop_id, eprom.OTHER))
    assert prom.do(lambda tx: orders.stop(tx, forlop_id, eprom.UNABLE)) == ("pasreg", "eval", "opioid")


@pytest.mark.manual("Pasientregistreringer 8")
@pytest.mark.parametrize(
    ("reason", "code"), [(2, None), (3, None), (4, None), (9, None), (7, "REG-167"), (1, "REG-170"), (5, "REG-173")]
)
def test_besvar_alle_har_manualens_aarsaker(prom: Eprom, forlop_id: int, reason: int, code: str | None) -> None:
    if code:
        with refused(code):
            prom.do(lambda tx: orders.answer_all(tx, forlop_id, reason))
    else:
        assert prom.do(lambda tx: orders.answer_all(tx, forlop_id, reason)) == PATIENT_FORMS


@pytest.mark.manual("Pasientregistreringer 9")
def test_tidsmangel_behandler_bare_ved_papir(prom: Eprom, forlop_id: int) -> None:
    prom.do(lambda tx: orders.mark_paper(tx, forlop_id, "eval"))
    assert prom.do(lambda tx: orders.answer_all(tx, forlop_id, eprom.NO_TIME)) == PATIENT_FORMS


@pytest.mark.manual("Pasientregistreringer 10")
def test_manglende_samtykke_lukker_naar_pasienten_ikke_har_samtykket(prom: Eprom) -> None:
    forlop_id = prom.register.forlop()
    prom.register.save(forlop_id, "to", {k: v for k, v in TO.items() if "amtyk" not in k})
    assert prom.do(lambda tx: orders.answer_all(tx, forlop_id, eprom.NO_CONSENT)) == PATIENT_FORMS


# --- Manuell utsending ----------------------------------------------------------------------------------------


@pytest.mark.manual("ePROM 10")
def test_manuell_bestilling_sendes_umiddelbart_og_ikke_en_gang_til(prom: Eprom, forlop_id: int) -> None:
    prom.do(lambda tx: orders.order(tx, forlop_id, "pasreg", outbox.SECURE))
    delivery.send_due(prom.register.store, prom.services)
    assert prom.sent() == [("pasreg", "skjema", moment(23, 10, 0))]
    with refused("REG-161"):
        prom.do(lambda tx: orders.order(tx, forlop_id, "pasreg", outbox.SMS))
    prom.run_on(23)
    assert [s[0] for s in prom.sent()] == ["pasreg", "hads"]


@pytest.mark.manual("ePROM 1", "ePROM 8")
def test_uten_helsenorge_sendes_ingenting_automatisk_og_sms_kan_velges(prom: Eprom, forlop_id: int) -> None:
    pasient = prom.register.head(forlop_id).pasient_id
    with prom.register.store.read(SC) as tx:
        row = tx.row("select idnr from identitet.person where pasient_id = ?", pasient)
    assert row is not None
    prom.contacts.told[row["idnr"]] = Contact(digital=True, reservert=True)
    prom.run_on(23)
    form = prom.form(forlop_id, "pasreg")
    assert (prom.sent(), form.eprom, form.kan_bestilles) == ([], "tilgjengelig", True)
    assert form.tekst == "Ikke sendt: pasienten er ikke på Helsenorge eller Digipost."
    with refused("REG-163"):
        prom.do(lambda tx: orders.order(tx, forlop_id, "pasreg", outbox.SMS))
    prom.do(lambda tx: support.patients.update(tx, pasient, {"telefon": "00000001"}))
    prom.do(lambda tx: orders.order(tx, forlop_id, "pasreg", outbox.SMS))
    delivery.send_due(prom.register.store, prom.services)
    (said,) = prom.sms.delivered.values()
    assert said[0] == "00000001" and "https://eksempel.no/e/" in said[1]


def test_opioid_som_ikke_kan_naa_pasienten_lukkes_med_annet(prom: Eprom, register: Register) -> None:
    forlop_id = register.completed_forlop(TO | {"DatoSamtykke": "2026-11-23"})
    prom.contacts.find = lambda number: Contact(digital=False)  # type: ignore[method-assign]
    prom.run_on(23)
    prom.run_on(3, 12)
    assert (prom.form(forlop_id, "opioid").lukket_grunn, prom.form(forlop_id, "eval").status) == (eprom.OTHER, -1)


@pytest.mark.parametrize(
    ("change", "code"),
    [({"samtykke": None}, "REG-160"), ({"trukket_dato": "2026-11-23"}, "REG-160"), ({"forlopstype": 2}, "REG-021")],
)
def test_bestilling_avvises(prom: Eprom, forlop_id: int, change: dict[str, Any], code: str) -> None:
    ((column, value),) = change.items()
    prom.do(lambda tx: tx.run(f"update register.forlop set {column} = ? where forlop_id = ?", value, forlop_id), SC)
    with refused(code):
        prom.do(lambda tx: orders.order(tx, forlop_id, "pasreg", outbox.SECURE))


def test_hads_uten_lisensierte_tekster_sendes_bare_til_testpersoner(prom: Eprom, forlop_id: int) -> None:
    prom.do(lambda tx: tx.run("update identitet.person set idtype = 'annet', idnr = null, telefon = '00000001'"), SC)
    with refused("REG-164"):
        prom.do(lambda tx: orders.order(tx, forlop_id, "hads", outbox.SMS))
    assert prom.do(lambda tx: orders.order(tx, forlop_id, "hads", outbox.SMS, hads_tekster=True)) > 0


def test_due_viser_hva_som_ville_skjedd_uten_aa_gjoere_det(prom: Eprom, forlop_id: int) -> None:
    prom.at(23, 16, 45)
    with prom.register.store.read(JOB) as tx:
        found = jobs.due(tx)
    assert [(d.hva, d.skjema, d.tid - d.tid.replace(second=0)) for d in found] == [
        ("bestill", "pasreg", timedelta()),
        ("bestill", "hads", timedelta()),
    ]
    assert prom.sent() == []

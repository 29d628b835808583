"""Patient forms on paper, and what a behandler does with them (manual: «Pasientregistreringer», «Utfylling på papir»)."""

from __future__ import annotations

from datetime import date

import pytest

from app.forms import navigation
from checks import eprom
from checks.errors import InvalidAnswers, RegisterError
from ingest.access import Actor
from ingest.prom import open_forms, orders, patient_answers, reach, samtykke
from ingest.prom.outside import Services
from ingest.registration import forms
from ingest.services.kontaktregister import Contact, LocalKontaktregister
from ingest.standin import Faults
from tests.channels import LocalChannel
from tests.spec.eprom import Eprom, number_of
from tests.support import LC, LU, NOT_SEEN, OTHER_LU, SC, TO, Register


def plot(register: Register, forlop_id: int, skjema: str, svar: dict, actor: Actor = LU, **options) -> forms.Saved:
    with register.store.write(actor) as tx:
        version = forms.open_form(tx, forlop_id, skjema).versjon
        options.setdefault("hendelse", forms.COMPLETE)
        return patient_answers.save_paper(tx, forlop_id, skjema, svar, grunnversjon=version, **options)


@pytest.fixture
def forlop_id(register: Register) -> int:
    found = register.forlop()
    register.complete(found, "to")
    return found


@pytest.mark.manual("Pasientregistreringer 5")
def test_plotting_sier_at_pasienten_har_fylt_ut_og_laaser_skjemaet(register: Register, forlop_id: int) -> None:
    saved = plot(register, forlop_id, "pasreg", {"PRSpm1": 2, "DatoUfylPR": "2026-11-20"})
    assert saved.svar == {"PRSpm1": 2, "DatoUfylPR": "2026-11-20", "PasDelUfylPR": 1}
    assert saved.status == 1


def test_dato_for_utfylling_er_i_dag_naar_den_ikke_er_oppgitt(register: Register, forlop_id: int) -> None:
    assert plot(register, forlop_id, "hads", {"HADSSpm1": 3}).svar["DatoUtfHADS"] == "2026-11-23"


def test_et_tomt_papirskjema_kan_ikke_ferdigstilles(register: Register, forlop_id: int) -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-180"):
        plot(register, forlop_id, "pasreg", {"PRSpm3Mangler": 0})


def test_et_skjema_som_er_begynt_plottet_er_paa_papir_og_laases_i_tide(prom: Eprom, register: Register) -> None:
    made = register.forlop()
    register.save(made, "to", TO | {"DatoSamtykke": "2026-11-23"})
    plot(register, made, "pasreg", {}, hendelse=forms.SAVE)
    assert not prom.form(made, "pasreg").papir
    plot(register, made, "pasreg", {"PRSpm1": 2}, hendelse=forms.SAVE)
    form = prom.form(made, "pasreg")
    assert form.papir and form.frist == eprom.run_on(date(2026, 11, 29))
    assert form.tekst == "Under utfylling på papir. Må plottes før 29.11.2026 kl. 16.30."
    prom.run_on(23)
    assert [sent[0] for sent in prom.sent()] == ["hads"]
    prom.run_on(29)
    assert prom.form(made, "pasreg").tekst == "Lukket uten svar: Annet. Papiret ble ikke registrert innen fristen."


def test_et_skjema_som_er_ute_paa_eprom_faar_ikke_papirets_frist(prom: Eprom, register: Register) -> None:
    made = register.forlop()
    register.save(made, "to", TO | {"DatoSamtykke": "2026-11-23"})
    prom.run_on(23)
    plot(register, made, "pasreg", {"PRSpm1": 2}, hendelse=forms.SAVE)
    link = prom.link(prom.token("pasreg"))
    assert link is not None and link.live and not prom.form(made, "pasreg").papir


def test_et_skjema_som_ikke_ble_sendt_er_ikke_lenger_et_varsel_naar_det_er_paa_papir(
    prom: Eprom, register: Register
) -> None:
    made = register.forlop()
    register.save(made, "to", TO | {"DatoSamtykke": "2026-11-23"})
    prom.contacts.told[number_of(register, made)] = Contact(digital=False)
    prom.run_on(23)
    assert prom.form(made, "pasreg").varsel
    prom.do(lambda tx: orders.mark_paper(tx, made, "pasreg"))
    assert not prom.form(made, "pasreg").varsel and prom.form(made, "hads").varsel


def test_pasientens_halve_svar_glemmes_naar_papiret_er_registrert(prom: Eprom, register: Register) -> None:
    made = register.forlop()
    register.save(made, "to", TO | {"DatoSamtykke": "2026-11-23"})
    prom.run_on(23)
    with register.store.write(patient_answers.VISITOR) as tx:
        patient_answers.keep(tx, patient_answers.open_link(tx, prom.token("pasreg")), {"PRSpm1": 1}, 2)
    plot(register, made, "pasreg", {"PRSpm1": 2}, erstatter=True)
    with register.store.read(SC) as tx:
        assert tx.rows("select * from register.utkast where skjema = 'pasreg'") == []


@pytest.mark.manual("Papir 5")
@pytest.mark.parametrize("actor", [LU, LC])
def test_papir_som_plottes_mens_samtykket_trekkes_avvises_med_grunnen(
    register: Register, forlop_id: int, actor: Actor
) -> None:
    """Not «ask LC to have it corrected»: nobody corrects a form that was closed."""
    with register.store.write(SC) as tx:
        samtykke.withdraw(tx, register.head(forlop_id).pasient_id, date(2026, 11, 20), "brev fra pasienten")
    with pytest.raises(RegisterError, match="Årsak: Manglende samtykke", check=lambda e: e.code == "REG-187"):
        plot(register, forlop_id, "pasreg", {"PRSpm1": 2}, actor)


def test_opioidskjema_deles_ikke_ut_paa_papir(register: Register, forlop_id: int) -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-181"):
        plot(register, forlop_id, "opioid", {"Utskrevetsykehus": 0})


def test_et_svar_utenfor_kodene_avvises_ogsaa_fra_papir(register: Register, forlop_id: int) -> None:
    with pytest.raises(InvalidAnswers):
        plot(register, forlop_id, "pasreg", {"PRSpm1": 7})


@pytest.mark.manual("Pasientregistreringer 6")
def test_et_ferdig_utfylt_skjema_kan_ikke_endres_av_lu_men_av_lc_med_grunn(register: Register, forlop_id: int) -> None:
    plot(register, forlop_id, "pasreg", {"PRSpm1": 2})
    for actor, code in ((LU, "REG-022"), (LC, "REG-023")):
        with pytest.raises(RegisterError, check=lambda e, code=code: e.code == code):
            plot(register, forlop_id, "pasreg", {"PRSpm1": 3}, actor)
    now = register.open(forlop_id, "pasreg").svar
    saved = plot(register, forlop_id, "pasreg", {**now, "PRSpm1": 3}, LC, grunn="Lest feil av papiret")
    assert saved.svar["PRSpm1"] == 3 and saved.svar["PasDelUfylPR"] == 1


def test_plotting_avslutter_en_bestilling_som_er_ute(register: Register, forlop_id: int) -> None:
    with register.store.write(LU) as tx:
        orders.order(tx, forlop_id, "pasreg", "sikker")
    plot(register, forlop_id, "pasreg", {"PRSpm1": 2})
    with register.store.read(SC) as tx:
        assert tx.rows("select tilstand from prom.bestilling") == [{"tilstand": eprom.ANSWERED}]


def test_papir_ved_en_annen_enhet_naas_ikke(register: Register, forlop_id: int) -> None:
    with pytest.raises(RegisterError, check=lambda e: e.code == "REG-061"):
        plot(register, forlop_id, "pasreg", {"PRSpm1": 2}, OTHER_LU)


def test_pasienten_kommer_i_pasientregistreringer_saa_snart_kriteriene_er_oppfylt_og_tilsett(
    register: Register,
) -> None:
    found = register.forlop()
    with register.store.read(LU) as tx:
        assert open_forms.rows(tx) == []
    unconsented = {k: v for k, v in TO.items() if k not in ("SkriftligSamtyk", "DatoSamtykke")}
    register.save(found, "to", unconsented)
    with register.store.read(LU) as tx:
        (row,) = open_forms.rows(tx)
    assert {s.eprom for s in row.skjema.values()} == {"ikke_mulig"}
    register.save(found, "to", NOT_SEEN)
    with register.store.read(LU) as tx:
        assert open_forms.rows(tx) == []


@pytest.mark.manual("Pasientregistreringer 11")
def test_pasientskjema_er_en_fane_i_behandlerregistreringen(register: Register, forlop_id: int) -> None:
    head = register.head(forlop_id)
    assert (
        navigation.tabs(head, "to", patient_page=True, po_comment=False)[-1]["href"]
        == f"/pasientregistreringer?forlop={forlop_id}"
    )
    assert [t["navn"] for t in navigation.tabs(head, "eval", patient_page=True, po_comment=False)] == [
        "Behandlerskjema",
        "Pasientskjema",
        "Pasreg",
        "HADS",
        "Eval",
        "Opioid",
    ]
    assert navigation.neighbours(head, "hads") == ("pasreg", "eval")


@pytest.mark.manual("ePROM 9")
@pytest.mark.parametrize(
    ("contact", "digital", "ways"),
    [
        (Contact(digital=True), True, ("sikker", "epost", "sms")),
        (Contact(digital=True, reservert=True), False, ("epost", "sms")),
        (Contact(digital=False), False, ("epost", "sms")),
        (None, None, ("sikker", "epost", "sms")),
    ],
)
def test_er_pasienten_ikke_paa_helsenorge_eller_digipost_er_bare_usikret_igjen(
    register: Register, forlop_id: int, contact: Contact | None, digital: bool | None, ways: tuple[str, ...]
) -> None:
    with register.store.write(LU) as tx:
        person = tx.row("select idnr, pasient_id from identitet.person")
        assert person
        tx.run("update identitet.person set telefon = '90000000', epost = 'a@example.com'")
        contacts = LocalKontaktregister({person["idnr"]: contact} if contact else {}, Faults(down=contact is None))
        services = Services(contacts, dict.fromkeys(("sikker", "sms", "epost"), LocalChannel()), "")
        found = reach.check(tx, forlop_id, services)
        assert (found.digital, found.ways, found.sikker) == (digital, ways, True)
        assert reach.check(tx, forlop_id, Services(None, {"epost": LocalChannel()}, "")).ways == ("epost",)

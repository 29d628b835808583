"""Manual: «Behandlerdel 1.2», «Behandlerdel 2.1», «Behandlerdel 2.2»."""

from __future__ import annotations

from datetime import date

import pytest

from checks.answers import shape, visible
from checks.codebook import Behandlere, load
from checks.errors import InvalidAnswers
from ingest.registration.forms import COMPLETE
from tests.support import B12, B21, B22, COLLEAGUE, SC, TO, Register

PAIRS = [("b12", "12"), ("b21", "21")]


def problems(caught: pytest.ExceptionInfo[InvalidAnswers]) -> set[tuple[str, str | None]]:
    return {(p.code, p.variabel) for p in caught.value.problems}


def shown(answers: dict) -> set[str]:
    return visible(shape("b22"), answers)


@pytest.fixture
def forlop_id(register: Register) -> int:
    made = register.forlop()
    register.save(made, "to", TO)
    return made


# --- B 1.2 og B 2.1 ------------------------------------------------------------------------------------------


@pytest.mark.manual("B 1.2 3")
@pytest.mark.parametrize(("form", "suffix"), PAIRS)
@pytest.mark.parametrize("answer", [0, 2, 3, None])
def test_er_svaret_ja_kan_nrs_fylles_inn_ellers_ikke(form: str, suffix: str, answer: int | None) -> None:
    nrs = {f"{n}{suffix}" for n in ("StSmRo", "SvSmRo", "StSmBev", "SvSmBev")}
    assert nrs <= visible(shape(form), {f"AngiNRS{suffix}": 1})
    assert not nrs & visible(shape(form), {f"AngiNRS{suffix}": answer})


@pytest.mark.manual("B 1.2 2")
@pytest.mark.parametrize(("form", "suffix"), PAIRS)
def test_svaralternativene_er_nei_ja_ikke_aktuelt_og_ikke_spurt(form: str, suffix: str) -> None:
    codes = {k.kode: k.tekst for k in load().skjema[form].variabler[f"AngiNRS{suffix}"].koder}
    assert codes == {0: "Nei", 1: "Ja", 2: "Ikke aktuelt", 3: "Ikke spurt"}


@pytest.mark.parametrize(("form", "suffix"), PAIRS)
@pytest.mark.parametrize("where", ["Ro", "Bev"])
@pytest.mark.parametrize(
    ("strongest", "weakest", "right"), [(5, 6, False), (0, 10, False), (6, 6, True), (99, 4, True), (3, 99, True)]
)
def test_sterkeste_smerte_kan_ikke_vaere_lavere_enn_svakeste(
    register: Register, forlop_id: int, form: str, suffix: str, where: str, strongest: int, weakest: int, right: bool
) -> None:
    answers = {f"AngiNRS{suffix}": 1, f"StSm{where}{suffix}": strongest, f"SvSm{where}{suffix}": weakest}
    if right:
        assert register.save(forlop_id, form, answers).status == 0
        return
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, form, answers)
    assert problems(caught) == {("REG-006", f"StSm{where}{suffix}")}


@pytest.mark.manual("B 1.2 3")
@pytest.mark.parametrize("value", [-1, 11, 98, 100])
def test_nrs_er_0_til_10_eller_vet_ikke(register: Register, forlop_id: int, value: int) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "b12", {"AngiNRS12": 1, "StSmRo12": value})
    assert problems(caught) == {("REG-002", "StSmRo12")}


@pytest.mark.manual("B 1.2 4")
@pytest.mark.parametrize("answer", [0, 2, 3])
def test_klarer_ikke_pasienten_aa_angi_nrs_kan_skjemaet_ferdigstilles(
    register: Register, forlop_id: int, answer: int
) -> None:
    assert register.complete(forlop_id, "b12", {"Regdato12": "2026-11-02", "AngiNRS12": answer}).status == 1


@pytest.mark.manual("B 1.2 3")
def test_ved_ja_maa_alle_fire_besvares(register: Register, forlop_id: int) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        register.complete(forlop_id, "b12", {"Regdato12": "2026-11-02", "AngiNRS12": 1, "StSmRo12": 5})
    assert problems(caught) == {("REG-007", n) for n in ("SvSmRo12", "StSmBev12", "SvSmBev12")}


def test_siste_tilsyn_er_ikke_foer_forste(register: Register, forlop_id: int) -> None:
    register.complete(forlop_id, "b12", {**B12, "Regdato12": "2026-11-06"})
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "b21", B21)
    assert problems(caught) == {("REG-006", "Regdato21")}


# --- B 2.2 ---------------------------------------------------------------------------------------------------


def clinicians() -> Behandlere:
    sections = load().skjema["b22"].seksjoner
    return next(b for s in sections for b in s.felt if isinstance(b, Behandlere))


@pytest.mark.manual("B 2.2 2")
def test_behandler_av_smertetilstanden_har_aatte_behandlere() -> None:
    offered = [box.ledetekst for box, _ in clinicians().rader if box.aktiv]
    assert [name.lower() for name in offered] == [
        "lege",
        "konf. med lege",
        "sykepleier",
        "fysioterapeut",
        "psykolog",
        "sosionom",
        "amb. lege",
        "amb. sykepleier",
    ]


@pytest.mark.manual("B 2.2 2")
@pytest.mark.parametrize("row", [r for r in clinicians().rader if r[0].aktiv], ids=lambda r: r[0].navn)
def test_for_hver_behandler_settes_antall_tilsyn_inn(register: Register, forlop_id: int, row: tuple) -> None:
    box, number = row
    assert number.navn in shown({box.navn: 1})
    assert number.navn not in shown({})
    answers = {k: v for k, v in B22.items() if k not in ("Lege", "AntTilsLege")}
    with pytest.raises(InvalidAnswers) as caught:
        register.complete(forlop_id, "b22", {**answers, box.navn: 1})
    assert problems(caught) == {("REG-007", number.navn)}
    assert register.complete(forlop_id, "b22", {**answers, box.navn: 1, number.navn: 2}).status == 1


@pytest.mark.manual("B 2.2 3")
def test_du_bor_ogsaa_oppdatere_antall_pasienttilsyn_viser_til_sporsmaalets_nummer_paa_skjermen() -> None:
    number = load().variabel("AntPasTils").ledetekst.split(")")[0]
    assert f"spm {number} antall pasienttilsyn" in clinicians().paaminnelse


@pytest.mark.manual("B 2.2 4")
def test_ved_avvik_sporres_det_om_verdien_er_riktig(register: Register, forlop_id: int) -> None:
    unusual = {**B22, "AntPasTils": 40}
    assert register.save(forlop_id, "b22", unusual).status == 0
    with pytest.raises(InvalidAnswers) as caught:
        register.complete(forlop_id, "b22", unusual)
    assert problems(caught) == {("REG-012", "AntPasTils")}
    assert "Verdien er ikke innenfor vanlige verdier for dette feltet. Er du sikker" in str(caught.value)
    assert str(caught.value).startswith(load().variabel("AntPasTils").ledetekst)
    saved = register.save(forlop_id, "b22", unusual, hendelse=COMPLETE, bekreftet={"AntPasTils": 40})
    confirmed = register.open(forlop_id, "b22").bekreftet["AntPasTils"]
    assert saved.status == 1
    assert (confirmed["verdi"], confirmed["av"]) == (40, "bruker1")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("AntTilsLege", 101, "101 er utenfor det som er mulig (1–100). Rett"),
        ("DDMoTbl22", 20000, "(0–9999,9 mg). Rett"),
    ],
)
def test_grensene_sies_med_enheten_der_det_er_en(
    register: Register, forlop_id: int, name: str, value: float, says: str
) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "b22", {"Opioid22": 1, "Lege": 1, name: value})
    (found,) = [p for p in caught.value.problems if p.variabel == name]
    assert found.code == "REG-003" and says in found.melding


def test_sluttdato_i_b22_er_forlopets_sluttdato(register: Register, forlop_id: int) -> None:
    def ended() -> date | None:
        with register.store.read(SC) as tx:
            return tx.rows("select slutt_dato from register.forlop where forlop_id = ?", forlop_id)[0]["slutt_dato"]

    assert ended() is None
    register.save(forlop_id, "b22", {"SluttDato": "2026-11-05"})
    assert ended() == date(2026, 11, 5)
    register.save(forlop_id, "b22", {"SluttDato": None})
    assert ended() is None


def test_en_bekreftelse_gjelder_bare_verdien_som_ble_bekreftet(register: Register, forlop_id: int) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "b22", {**B22, "AntPasTils": 50}, hendelse="ferdigstilt", bekreftet={"AntPasTils": 40})
    assert problems(caught) == {("REG-012", "AntPasTils")}


def test_en_lagret_bekreftelse_gjelder_ikke_verdien_som_kommer_etter(register: Register, forlop_id: int) -> None:
    register.save(forlop_id, "b22", {**B22, "AntPasTils": 40}, bekreftet={"AntPasTils": 40})
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "b22", {"AntPasTils": 50}, hendelse=COMPLETE)
    assert problems(caught) == {("REG-012", "AntPasTils")}
    register.save(forlop_id, "b22", {"AntPasTils": 50})
    assert register.open(forlop_id, "b22").bekreftet == {}


def test_en_lagret_bekreftelse_staar_med_den_som_ga_den(register: Register, forlop_id: int) -> None:
    register.save(forlop_id, "b22", {**B22, "AntPasTils": 40}, bekreftet={"AntPasTils": 40})
    confirmed = register.open(forlop_id, "b22").bekreftet
    register.clock.turn(hours=1)
    register.save(forlop_id, "b22", {}, actor=COLLEAGUE, hendelse=COMPLETE, bekreftet={"AntPasTils": 40})
    assert register.open(forlop_id, "b22").bekreftet == confirmed
    assert confirmed["AntPasTils"] == {"verdi": 40, "av": "bruker1", "tid": "2026-11-23T09:00:00+00:00"}


@pytest.mark.parametrize(("value", "variable"), [(0, "AntTilsLege"), (101, "AntTilsLege"), (100, "AntPasTils")])
def test_utenfor_mulige_verdier_avvises(register: Register, forlop_id: int, value: int, variable: str) -> None:
    with pytest.raises(InvalidAnswers) as caught:
        register.save(forlop_id, "b22", {"Lege": 1, variable: value})
    assert problems(caught) == {("REG-003", variable)}


@pytest.mark.manual("B 2.2 5")
@pytest.mark.parametrize(("hours", "rounded"), [(1.3, 2), (1.0, 1), (2, 2), (2.01, 3), (0.25, 1)])
def test_total_tidsbruk_rundes_opp_til_neste_hele_time(
    register: Register, forlop_id: int, hours: float, rounded: int
) -> None:
    assert register.save(forlop_id, "b22", {"TotTid": hours}).svar["TotTid"] == rounded


OPENS = {
    "a) medikamentell": ({"MedBeh22": 1}, {"Op22", "NOp22", "KoAn22", "Bzd22"}),
    "a) opioider gir tabell og respirasjonsdepresjon": ({"MedBeh22": 1, "Op22": 1}, {"DDMoTbl22", "AlvRespDepr"}),
    "a) tiltak ved respirasjonsdepresjon": (
        {"MedBeh22": 1, "Op22": 1, "AlvRespDepr": 1},
        {"Ingen1a", "O2beh", "Motgift1a", "ForstOvervaakn", "IntensivBeh", "Resuc", "RespiratorBeh"},
    ),
    "b) ikke-medikamentell": ({"IkkeMedBeh": 1}, {"PSBeh", "FysioBeh", "AnnenIkkeMedBeh"}),
    "c) sentrale blokader": (
        {"SentralBlokk": 1},
        {"EDA", "SA", "Opbehd221d", "LAbehd221d", "KoAbedel221d", "Annetbehd221d", "Kompl1d"},
    ),
    "c) komplikasjoner og tiltak": (
        {"SentralBlokk": 1, "Kompl1d": 1},
        {
            "ISEDHematom",
            "Meningitt",
            "EDabsc",
            "NervSkad1d",
            "MigKat",
            "IvinjLA",
            "PShodepine",
            "FallpgaLA",
            "LekCSF",
            "Ingen1d",
            "Operasjon1d",
            "AbBeh1d",
            "FjernKat1d",
            "Bloodpatch",
            "Sengeleie",
            "FzKoff",
            "EndrMed",
        },
    ),
    "d) perifere blokader": ({"PeriferBlokk": 1}, {"PlBrachBlok", "TAP", "SPB", "SShot", "Infusjon", "Kompl1e"}),
    "d) komplikasjoner og tiltak": (
        {"PeriferBlokk": 1, "Kompl1e": 1},
        {
            "NervSkad1e",
            "Infeksjon1e",
            "IvInjLA1e",
            "Intox1e",
            "Ingen1e",
            "Op1e",
            "AbBeh1e",
            "FjernKat1e",
            "EndretMedInt1e",
        },
    ),
    "videre oppfølging": ({"VidereOppf": 1}, {"BehNedtrappAvsluttTils", "KontFastlege", "OppfSmeKl"}),
    "nedtrapping nei": ({"VidereOppf": 1, "BehNedtrappAvsluttTils": 0}, {"AarsakVedNei"}),
    "nedtrapping ja": (
        {"VidereOppf": 1, "BehNedtrappAvsluttTils": 1},
        {"Journalnotat", "PlanLevertPas", "UtdeltOpioidbrosjyre", "OppfolgAvdeling"},
    ),
}


@pytest.mark.manual("B 2.2 6", "B 2.2 7", "B 2.2 8", "B 2.2 9", "B 2.2 10", "B 2.2 11", "B 2.2 12", "B 2.2 13")
@pytest.mark.manual("B 2.2 14", "B 2.2 15")
@pytest.mark.parametrize(("answers", "opened"), OPENS.values(), ids=list(OPENS))
def test_underspormaal_vises_ved_ja_og_skjules_naar_et_av_svarene_foran_endres(answers: dict, opened: set[str]) -> None:
    assert opened <= shown(answers)
    for name, value in answers.items():
        assert not opened & shown({**answers, name: 1 - value}), name


def test_tiltak_annet_tilbys_ikke() -> None:
    offered = {name for name, v in shape("b22").columns.items() if v.besvares}
    assert not {"Annet1d", "Annet1e"} & offered

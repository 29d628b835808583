"""Brukerveiledningen om utskrift, og pasientens innsyn: hva som står på papiret, hvem som får det, og at det logges.

What is proved is the contents handed to the typesetter, which prints all of it, and that PDF comes out of them.
"""

from __future__ import annotations

import json
from datetime import date

import pytest

from checks import identity
from checks.errors import RegisterError
from exports.printouts import arbeidsliste, form, record, typeset
from ingest.lists import innsyn
from ingest.registration import comments, patients
from tests.support import LC, LU, OTHER_LC, OTHER_LU, SC, TO, Register

NUMBER = identity.make(date(1970, 5, 4), 2, 1)


def refused(code: str):
    return pytest.raises(RegisterError, check=lambda e: e.code == code)


def printed(register: Register, made, *values, actor=LU) -> tuple[str, bytes]:
    """What the print holds as one text, and the PDF."""
    with register.store.write(actor) as tx:
        found = made.printout(tx, *values)
    return json.dumps(found.data, ensure_ascii=False), found.pdf()


def events(register: Register) -> list[str]:
    with register.store.read(SC) as tx:
        return [row["hendelse"] for row in tx.rows("select hendelse from tilgang.logg order by nr")]


@pytest.mark.manual("Arbeidsliste 14")
def test_bare_kommentar_fra_b22_er_synlig_ved_utskrift_av_arbeidslisten(register: Register) -> None:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    for skjema in ("to", "b11", "b22"):
        with register.store.write(LU) as tx:
            comments.write(tx, forlop_id, skjema, f"Kommentar {skjema}", 0)
    text, pdf = printed(register, arbeidsliste)
    assert "Kommentar b22" in text and "Kommentar to" not in text and "Kommentar b11" not in text
    assert pdf.startswith(b"%PDF") and events(register)[-1] == "arbeidsliste skrevet ut"
    assert NUMBER not in text and identity.mask(NUMBER) in text


@pytest.mark.manual("Arbeidsliste 9")
def test_utskrift_av_arbeidslisten_har_det_som_vises_i_samme_rekkefolge_og_sier_hvilket_utvalg(
    register: Register,
) -> None:
    first, hidden, last = (register.forlop() for _ in range(3))
    theirs = register.forlop(actor=OTHER_LU)
    names = {}
    for n, forlop_id in enumerate((first, hidden, last, theirs)):
        names[forlop_id] = f"Nr{n}"
        if forlop_id != theirs:
            with register.store.write(LU) as tx:
                patients.update(tx, register.head(forlop_id).pasient_id, {"etternavn": names[forlop_id]})
    words = "Utvalg: søk «nr», Mine. Sortert på pasient, synkende."
    with register.store.write(LU) as tx:
        made = arbeidsliste.printout(tx, [last, first, theirs, last, 99999], words)
    assert [line[0].split(",")[0] for line in made.data["rader"]] == [names[last], names[first]]
    assert made.data["utvalg"] == words and made.data["under"].startswith("2 av 3 aktive forløp")
    assert made.pdf().startswith(b"%PDF")
    with register.store.read(SC) as tx:
        assert "nr»" not in str(tx.rows("select detaljer from tilgang.logg"))
    none, _ = printed(register, arbeidsliste, [], words)
    assert "Ingen forløp passer til utvalget." in none
    whole, _ = printed(register, arbeidsliste)
    assert '"3 aktive forløp' in whole and all(names[n] in whole for n in (first, hidden, last))


def test_et_skjema_med_svarene_i_ord(register: Register) -> None:
    forlop_id = register.completed_forlop()
    text, pdf = printed(register, form, forlop_id, "b22")
    assert '["Sluttdato", "05.11.2026"]' in text and "Antall tilsyn: 2" in text and "4 timer" in text
    text, _ = printed(register, form, forlop_id, "b11")
    assert "Rygg – Cervicalt, hoveddiagnose" in text and "Haukeland" in text and "Kirurgisk avdeling" in text
    assert pdf.startswith(b"%PDF") and events(register)[-1] == "skjema skrevet ut"


def test_innleggelsesdiagnosen_staar_med_kode_og_tekst(register: Register) -> None:
    forlop_id = register.forlop()
    register.complete(forlop_id, "to")
    register.save(forlop_id, "b11", {"InnlDiag": "M79.7"})
    assert '"M79.7 Fibromyalgi"' in printed(register, form, forlop_id, "b11")[0]


def test_innsyn_har_alle_forlop_skjema_versjoner_og_hvem_som_har_sett(register: Register) -> None:
    forlop_id = register.completed_forlop()
    patient = register.head(forlop_id).pasient_id
    other = register.forlop(patient)
    register.save(forlop_id, "to", {**TO, "HenvistDato": "2026-10-31"}, actor=LC, grunn="Skrevet feil")
    with register.store.write(LU) as tx:
        innsyn.opened(tx, "skjema", patient, forlop_id, "to")
        comments.write(tx, forlop_id, "to", "Internt om pasienten", 0)
    text, pdf = printed(register, record, patient, actor=LC)
    assert f"Forløp {forlop_id}" in text and f"Forløp {other}" in text and NUMBER in text
    assert "HenvistDato: 2026-11-01 → 2026-10-31" in text and "Skrevet feil" in text
    assert "skjema åpnet" in text and LU.bruker in text and "Internt om pasienten" not in text
    assert pdf.startswith(b"%PDF") and events(register)[-1] == "innsyn skrevet ut"


def test_innsyn_er_for_koordinatorer_og_andre_enheters_forlop_er_ikke_med(register: Register) -> None:
    forlop_id = register.forlop()
    patient = register.head(forlop_id).pasient_id
    with register.store.write(OTHER_LU) as tx:
        parsed, _ = patients.find(tx, NUMBER, test_persons=True)
        patients.get(tx, patient, parsed)
    theirs = register.forlop(patient, actor=OTHER_LU)
    assert f"Forløp {theirs}" not in printed(register, record, patient, actor=LC)[0]
    assert f"Forløp {theirs}" in printed(register, record, patient, actor=SC)[0]
    with refused("REG-060"):
        printed(register, record, patient, actor=LU)
    own = register.forlop()
    for call in ((record, register.head(own).pasient_id), (form, own, "to")):
        with refused("REG-061"):
            printed(register, *call, actor=OTHER_LC)


def test_det_brukeren_har_skrevet_blir_aldri_kjort(register: Register) -> None:
    forlop_id = register.forlop()
    patient = register.head(forlop_id).pasient_id
    with register.store.write(LU) as tx:
        patients.update(tx, patient, {"etternavn": '#read("/etc/passwd") $x$ \\ "'})
    text, pdf = printed(register, arbeidsliste)
    assert "#read(" in text and pdf.startswith(b"%PDF")


def test_samme_innhold_gir_samme_bytes(register: Register) -> None:
    with register.store.write(LU) as tx:
        made = arbeidsliste.printout(tx)
    assert made.pdf() == typeset.typeset(made.template, made.data, made.moment)

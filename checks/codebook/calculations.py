"""How each calculated variable is found, in the words of Klokeboken and of the dictionary of columns."""

from __future__ import annotations

from checks.code_lists import read


def _hads(scale: str) -> str:
    items = ", ".join(row["ledd"] for row in read("hads") if row["delskala"] == scale)
    return (
        f"Summen av leddene {items}, 0–3 poeng hver. Er fire til seks av de sju besvart, gjennomsnittet av dem ganger sju, rundet "
        "av; tom når færre er det (Bell 2016)."
    )


HOW: dict[str, str] = {
    "alder": "Hele år ved startdato, regnet av fødselsdatoen.",
    "inkl_krit_oppf": (
        "1 når pasienten er tilsett, er norsktalende, er minst 18 år og ikke er kognitivt svekket. 0 så snart ett av kravene ikke "
        "er oppfylt, og tom så lenge ett er ubesvart."
    ),
    "omeq": (
        "Dosen ganget med legemiddelets omregningsfaktor, i mg orale morfinekvivalenter i døgnet, rundet av til én desimal. "
        "Buvidal regnes om til sublingval dose først. Faktorsettet står i tabellen publisering."
    ),
    "omeq_sum": "Summen av legemidlenes morfinekvivalenter i skjemaet. Tom når ingen dose er oppgitt.",
    "samtykke": "Følger samtykket som gjelder for forløpet. En tilbaketrekking går foran det som var svart.",
    "reservasjon": (
        "Det siste registeret vet om pasienten: 1 reservert, 0 spurt og ikke reservert, tom når ingen har spurt. Står bare på forløp "
        "under utgaven med reservasjon."
    ),
    "akutt_lang": "1 når forløpet har både akutt smerte og langvarig smerte blant smertediagnosene, ellers 0. Tom uten diagnoser.",
    "icd_versjon": "Årstallet for kodeverket, satt når koden velges.",
    "hads_angst": _hads("angst"),
    "hads_depresjon": _hads("depresjon"),
    "status": "Settes når skjemaet ferdigstilles.",
    "kommentar": "Leveres ikke ut.",
    "folkeregister": "Hentes fra Folkeregisteret.",
}

"""Queries that run on every published file, to begin from."""

from __future__ import annotations

EXAMPLES = {
    "Forløp per enhet og år": """select "SykehusNavn" as enhet, year("HovedDato") as aar, count(*) as forlop
from forlopsoversikt
group by all
order by all""",
    "Sterkeste smerte i ro, før og etter": """select "SykehusNavn" as enhet, count(*) as n,
  median("StSmRo12") as foer, median("StSmRo21") as etter
from allevarnum
where "StSmRo12" <= 10 and "StSmRo21" <= 10
group by all
order by all""",
    "Svarene på et spørsmål, med tekst": """select "Tilsett" as tilsett, count(*) as forlop
from allevar
group by all
order by forlop desc""",
    "De vanligste smertediagnosene": """select "SmerteKat" as kategori, "ICD10Kode" as kode, "ICD10Tekst" as tekst, count(*) as n
from smertediagnoser
group by all
order by n desc, kode
limit 20""",
    "Spørsmål i Klokeboken om smerte": """select distinct skjemanavn, navn_i_rapporteket as navn, ledetekst
from klokebok
where ledetekst ilike '%smerte%'
order by all""",
    "Kolonnene i en tabell": "describe forlopsoversikt",
}

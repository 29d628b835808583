select
    "Skjemanavn",
    "STATUS"::varchar as "SkjemaStatus",
    "ForlopsID"::varchar as "ForlopsID",
    "CREATEDBY" as "OpprettetAv",
    "TSCREATED" as "OpprettetDato",
    "UPDATEDBY" as "SistLagretAv",
    "TSUPDATED" as "SistLagretDato",
    "SykehusNavn" as "Sykehusnavn",
    "HovedDato",
    "AvdRESH",
    "SkjemaRekkeflg"::varchar as "SkjemaRekkeflg",
from {{ ref('skjemahoder') }}
where "Skjemanavn" <> 'PO'

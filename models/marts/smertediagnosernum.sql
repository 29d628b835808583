select
    diagnose."SmerteDiagID",
    diagnose.forlops_id as "ForlopsID",
    diagnose."SmerteKat",
    diagnose."DiagKat",
    diagnose."DiagSubKat",
    diagnose."ICD10Kode",
    diagnose."ICD10Tekst",
    diagnose."ICD10Versjon",
    diagnose."HovedDiag" as "PAINMAINDIAG",
    diagnose.opprettet_av as "OpprettetAv",
from {{ ref('stg_smertediagnoser') }} as diagnose
inner join {{ ref('int_forlop') }} as forlop on diagnose.forlops_id = forlop.forlops_id
-- Not those of a B 1.1 that is set aside.
inner join {{ ref('stg_svar') }} as svar on diagnose.forlops_id = svar.forlops_id and svar.b11_har_dokument

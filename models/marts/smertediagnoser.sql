-- What DiagKat means depends on the category of pain: acute pain has a list of codes of its own (manual, 3b).
{% set koder = kodebok_koder().get('b11', {}) -%}

select
    diagnose."SmerteDiagID",
    diagnose."ForlopsID",
    {{ tekst_for('diagnose."SmerteKat"', koder.get('Smertekategori3a', [])) }} as "SmerteKat",
    case
        when diagnose."SmerteKat" = 1 then {{ tekst_for('diagnose."DiagKat"', koder.get('diagnosekat3b2', [])) }}
        when diagnose."SmerteKat" = 3 then {{ tekst_for('diagnose."DiagKat"', koder.get('diagnosekatpalliativ', [])) }}
        else {{ tekst_for('diagnose."DiagKat"', koder.get('diagnosekat3b1', [])) }}
    end as "DiagKat",
    case
        when diagnose."SmerteKat" = 2 then coalesce(underkategori.tekst, diagnose."DiagSubKat"::varchar)
        -- For acute pain the subcategory is what follows the dash: «Rygg – Cervicalt».
        when diagnose."DiagSubKat" is not null
            then coalesce(nullif(split_part(diagnose."ICD10Tekst", ' – ', 2), ''), diagnose."DiagSubKat"::varchar)
    end as "DiagSubKat",
    diagnose."ICD10Kode",
    diagnose."ICD10Tekst",
    diagnose."ICD10Versjon",
    case diagnose."PAINMAINDIAG" when 0 then 'Nei' when 1 then 'Ja' end as "HovedDiag",
    diagnose."OpprettetAv",
from {{ ref('smertediagnosernum') }} as diagnose
left join {{ ref('diagnosesubkategori') }} as underkategori on diagnose."DiagSubKat" = underkategori.kode

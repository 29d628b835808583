{%- set koder = kodebok_koder() %}

select
    forlop.avd_resh as "AvdRESH",
    forlop.sykehus_navn as "SykehusNavn",
    forlop.pasient_id::varchar as "PasientID",
    null::varchar as "PostNr",
    null::varchar as "PostSted",
    null::varchar as "Kommune",
    null::varchar as "Kommunenr",
    null::varchar as "Fylke",
    null::varchar as "Fylkenr",
    null::varchar as "KryptertFnr",
    case pasient.kjonn when 1 then 'Mann' when 2 then 'Kvinne' end as "PasientKjonn",
    case pasient.kjonn when 1 then '1' when 2 then '0' end as "erMann",
    (date_diff('day', forlop.fodselsdato, forlop.startdato) / 365.25)::decimal(14, 4) as "PasientAlder",
    forlop.fodselsdato as "Fodselsdato",
    {{ tekst_for('forlop.norsktalende', koder.get('to', {}).get('Norsktalende', [])) }} as "Norsktalende",
    null::varchar as "Sivilstatus",
    null::varchar as "UtdanningSSB",
    case pasient.avdod when 0 then 'Nei' when 1 then 'Ja' end as "Avdod",
    pasient.dodsdato as "AvdodDato",
    forlop.forlops_id::varchar as "ForlopsID",
    case
        when forlop.komplett then '1'
        when forlop.hoyeste_status = -1 then '-1'
        else '0'
    end as "BasisRegStatus",
    case forlop.forlopstype
        when 1 then 'Ikke tilsett'
        when 2 then 'Tilsett, ikke inkludert'
        when 3 then 'Tilsett, kan samtykke'
    end as "ForlopsType1",
    forlop.forlopstype::varchar as "ForlopsType1Num",
    null::varchar as "ForlopsType2",
    null::varchar as "ForlopsType2Num",
    forlop.startdato as "HovedDato",
    null::varchar as "KobletForlopsID",
    null::varchar as "OppflgRegStatus",
    '0'::varchar as "ErOppflg",
    null::varchar as "OppflgStatus",
    null::varchar as "OppflgSekNr",
from {{ ref('int_forlop') }} as forlop
inner join {{ ref('stg_pasient') }} as pasient on forlop.pasient_id = pasient.pasient_id

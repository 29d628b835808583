-- Nobody in the national selection is under 18, not seen, without consent, withdrawn, not formally referred or incomplete; in the
-- edition with reservation nobody is reserved or never asked about, in place of what is said of consent and referral.
-- Read from the dataset and the heads, not from the conditions in int_forlop.
with

apne as (
    select
        forlops_id,
        count(*) filter (where status is distinct from 1) as n_apne,
    from {{ ref('stg_skjema') }}
    group by forlops_id
)

select
    rad."ForlopsID",
    rad.alder,
    rad."Tilsett",
    rad."SkriftligSamtyk",
    forlop.trukket_dato,
    apne.n_apne,
from {{ ref('allevarnum') }} as rad
inner join {{ ref('int_forlop') }} as utvalg on rad."ForlopsID" = utvalg.forlops_id and utvalg.nasjonal
inner join {{ ref('stg_forlop') }} as forlop on rad."ForlopsID" = forlop.forlops_id
left join apne on rad."ForlopsID" = apne.forlops_id
left join {{ source('snap', 'kodebok_utgave') }} as utgave on utgave.navn = 'reservasjon'
where
    rad.alder is null
    or rad.alder < 18
    or rad."Tilsett" is distinct from 1
    or rad."Norsktalende" is distinct from 1
    or rad."KognSvekket" is distinct from 0
    or case
        when rad."StartdatoTO" >= utgave.fra then rad."Reservasjonsstatus" is distinct from 0
        else
            rad."Tilsynsanmodnin" is distinct from 1
            or rad."SkriftligSamtyk" is distinct from 1
            or rad."SkrSamtykke" is distinct from 1
            or rad."DatotrekSamt" is not null
            or forlop.trukket_dato is not null
    end
    or rad."InklusjonStatus" is distinct from 1
    or apne.n_apne is distinct from 0

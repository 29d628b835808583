select
    date_trunc('month', "StartdatoTO")::date as maaned,
    "AvdRESH",
    "MoEkvivalens" as forste,
    "MoEkvivalens22" as siste,
from {{ ref('allevarnum') }}
where "StartdatoTO" is not null and "MoEkvivalens" is not null and "MoEkvivalens22" is not null

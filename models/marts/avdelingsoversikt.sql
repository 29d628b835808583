-- An avdeling does not belong to a lokasjon in the register: each has its own row, so that an id finds one row.
select
    avdeling_id as "DEPARTMENT_ID",
    avd_resh as "DEPARTMENT_CENTREID",
    navn as "DEPARTMENT_NAME",
    visningsnavn as "DEPARTMENT_SHORTNAME",
    resh as "DEPARTMENT_RESH",
    aktiv as "DEPARTMENT_ACTIVE",
    null::integer as "LOCATION_ID",
    null::varchar as "LOCATION_CENTREID",
    null::varchar as "LOCATIONNAME",
    null::varchar as "LOCATION_SHORTNAME",
    null::tinyint as "LOCATION_ACTIVE",
from {{ ref('stg_avdeling') }}
union all
select
    null::integer,
    null::varchar,
    null::varchar,
    null::varchar,
    null::varchar,
    null::tinyint,
    lokasjon_id,
    avd_resh,
    navn,
    visningsnavn,
    aktiv,
from {{ ref('stg_lokasjon') }}

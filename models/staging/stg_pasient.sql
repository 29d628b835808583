select
    pasient_id::integer as pasient_id,
    fodselsdato::date as fodselsdato,
    kjonn::tinyint as kjonn,
    avdod::tinyint as avdod,
    dodsdato::date as dodsdato,
    adressetype::tinyint as adressetype,
    dato_innhentet::date as dato_innhentet,
    reservasjon::tinyint as reservasjon,
from {{ source('snap', 'pasient') }}

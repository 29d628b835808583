-- The extracts have the columns, order and types that the registry's readers expect; only new variables come after.
{%- set uttrekk = [
    "allevarnum", "forlopsoversikt", "skjemaoversikt", "smertediagnosernum", "smertediagnoser", "avdelingsoversikt",
] %}
{%- for navn in uttrekk %}
-- depends_on: {{ ref(navn) }}
{%- endfor %}

with

bygd as (
    select
        table_name as uttrekk,
        column_index as nr,
        column_name as kolonne,
        data_type as datatype,
    from duckdb_columns()
    where
        database_name = current_database()
        and schema_name = 'main'
        and table_name in (
            {%- for navn in uttrekk %}
            '{{ navn }}'{{ "," if not loop.last }}
            {%- endfor %}
        )
)

select
    coalesce(kontrakt.uttrekk, bygd.uttrekk) as uttrekk,
    coalesce(kontrakt.nr, bygd.nr) as nr,
    kontrakt.kolonne as ventet,
    bygd.kolonne as bygd,
    kontrakt.datatype as ventet_type,
    bygd.datatype as bygd_type,
from {{ ref('uttrekkskontrakt') }} as kontrakt
full outer join bygd on kontrakt.uttrekk = bygd.uttrekk and kontrakt.nr = bygd.nr
where
    (kontrakt.kolonne is distinct from bygd.kolonne or kontrakt.datatype is distinct from bygd.datatype)
    and not (kontrakt.nr is null and bygd.uttrekk = 'allevarnum')

{#- One template for each kind of check in kontroller.csv. A template gives one row for each thing that was checked:
    forlops_id, avd_resh, skjema, variabel, and detalj, which says what is wrong and is empty where nothing is.
    It names nobody. `k` is the row of kontroller.csv. -#}

{% macro kvalitet_datoer(k) %}
    select
        "ForlopsID" as forlops_id,
        "AvdRESH" as avd_resh,
        null::varchar as skjema,
        '{{ k.sist }}' as variabel,
        case when "{{ k.sist }}" < "{{ k.forst }}"
            then '{{ k.sist }} ' || strftime("{{ k.sist }}", '%d.%m.%Y') || ', {{ k.forst }} ' || strftime("{{ k.forst }}", '%d.%m.%Y')
        end as detalj,
    from {{ ref('allevarnum') }}
    where "{{ k.forst }}" is not null and "{{ k.sist }}" is not null
{% endmacro %}

{% macro kvalitet_fram_i_tid(k) %}
    select
        svar."ForlopsID" as forlops_id,
        svar."AvdRESH" as avd_resh,
        hode.skjema,
        '{{ k.sist }}' as variabel,
        case when svar."{{ k.sist }}" > hode.sist_lagret::date
            then strftime(svar."{{ k.sist }}", '%d.%m.%Y') || ', lagret ' || strftime(hode.sist_lagret, '%d.%m.%Y')
        end as detalj,
    from {{ ref('allevarnum') }} as svar
    inner join {{ ref('stg_skjema') }} as hode on svar."ForlopsID" = hode.forlops_id and hode.skjema = '{{ k.forst }}'
    where svar."{{ k.sist }}" is not null
{% endmacro %}

{% macro kvalitet_obligatoriske(k) %}
    {%- for skjema, variabler in kvalitet_kreves().items() %}
    {{ "union all" if not loop.first }}
    select
        svar."ForlopsID" as forlops_id,
        svar."AvdRESH" as avd_resh,
        '{{ skjema }}' as skjema,
        nullif(concat_ws(', '
            {%- for v in variabler %},
            case when "{{ v.navn }}" is null and {{ v.kreves }} then '{{ v.navn }}' end
            {%- endfor %}), '') as variabel,
        'uten svar: ' || variabel as detalj,
    from {{ ref('allevarnum') }} as svar
    inner join ({{ kvalitet_ferdige(skjema) }}) as ferdig on svar."ForlopsID" = ferdig.forlops_id
    {%- endfor %}
{% endmacro %}

{% macro kvalitet_ubekreftet(k) %}
    select * replace (case when detalj is not null and not bekreftet then detalj end as detalj) from ({{ kvalitet_uvanlige() }})
{% endmacro %}

{% macro kvalitet_bekreftet(k) %}
    select * replace (case when bekreftet then detalj end as detalj) from ({{ kvalitet_uvanlige() }})
{% endmacro %}

{% macro kvalitet_uvanlige() %}
    {%- for skjema, variabler in kvalitet_vanlige().items() %}
    {{ "union all" if not loop.first }}
    select
        svar."ForlopsID" as forlops_id,
        svar."AvdRESH" as avd_resh,
        '{{ skjema }}' as skjema,
        u.felt.variabel as variabel,
        case when u.felt.utenfor then u.felt.variabel || ' = ' || u.felt.verdi end as detalj,
        coalesce(list_contains(dokument.bekreftet, u.felt.variabel), false) as bekreftet,
    from {{ ref('allevarnum') }} as svar
    inner join {{ source('snap', 'skjemaversjon') }} as dokument
        on svar."ForlopsID" = dokument.forlop_id and dokument.skjema = '{{ skjema }}'
    cross join lateral (
        select unnest(list_filter([
            {%- for v in variabler %}
            {'variabel': '{{ v.navn }}', 'verdi': {{ kvalitet_skrevet(v) }}, 'utenfor': {{ kvalitet_maalt(v) }} not between {{ v.mykt_fra }} and {{ v.mykt_til }}}
            {{- "," if not loop.last }}
            {%- endfor %}
        ], lambda felt: felt.verdi is not null)) as felt
    ) as u
    {%- endfor %}
{% endmacro %}

{#- What is held against the usual range: a number, or of a date the days after the date it is held against. -#}
{% macro kvalitet_maalt(v) -%}
    {%- if v.mykt_mot -%} date_diff('day', "{{ v.mykt_mot }}", "{{ v.navn }}") {%- else -%} "{{ v.navn }}" {%- endif -%}
{%- endmacro %}

{% macro kvalitet_skrevet(v) -%}
    {%- if v.mykt_mot -%} strftime("{{ v.navn }}", '%d.%m.%Y') {%- else -%} replace("{{ v.navn }}"::varchar, '.', ',') {%- endif -%}
{%- endmacro %}

{% macro kvalitet_overlapp(k) %}
    select
        forlop.forlops_id,
        forlop.avd_resh,
        null::varchar as skjema,
        null::varchar as variabel,
        case when count(annet.forlops_id) > 0 then 'samtidig med forløp ' || string_agg(annet.forlops_id, ', ') end as detalj,
    from {{ ref('int_forlop') }} as forlop
    inner join {{ ref('allevarnum') }} as svar on forlop.forlops_id = svar."ForlopsID"
    left join (
        select
            f.forlops_id,
            f.pasient_id,
            f.avd_resh,
            f.startdato,
            coalesce(s."SluttDato", f.startdato) as slutt,
        from {{ ref('int_forlop') }} as f
        inner join {{ ref('allevarnum') }} as s on f.forlops_id = s."ForlopsID"
    ) as annet
        on
            forlop.pasient_id = annet.pasient_id
            and forlop.avd_resh = annet.avd_resh
            and forlop.forlops_id <> annet.forlops_id
            and forlop.startdato <= annet.slutt
            and annet.startdato <= coalesce(svar."SluttDato", forlop.startdato)
    where forlop.startdato is not null
    group by forlop.forlops_id, forlop.avd_resh
{% endmacro %}

{% macro kvalitet_sen(k) %}
    select
        forlops_id,
        avd_resh,
        'to' as skjema,
        'StartdatoTO' as variabel,
        case when date_diff('day', startdato, opprettet::date) > 7
            then 'opprettet ' || date_diff('day', startdato, opprettet::date) || ' dager etter startdato'
        end as detalj,
    from {{ ref('int_forlop') }}
    where startdato is not null
{% endmacro %}

{% macro kvalitet_aapne(k) %}
    select
        forlop.forlops_id,
        forlop.avd_resh,
        arg_min(hode.skjema, hode.skjema) filter (where hode.status < 1) as skjema,
        null::varchar as variabel,
        case when count(*) filter (where hode.status < 1) > 0
            then count(*) filter (where hode.status < 1) || ' åpne, startet ' || strftime(any_value(forlop.startdato), '%d.%m.%Y')
        end as detalj,
    from {{ ref('int_forlop') }} as forlop
    inner join {{ ref('stg_skjema') }} as hode
        on forlop.forlops_id = hode.forlops_id
    inner join {{ source('snap', 'kodebok_skjema') }} as kodebok
        on hode.skjema = kodebok.skjema
        and kodebok.slag = 'behandler'
        and coalesce(forlop.forlopstype, 1) >= kodebok.fra_type
    where forlop.startdato < (select max(sist_lagret)::date - 30 from {{ ref('stg_skjema') }})
    group by forlop.forlops_id, forlop.avd_resh
{% endmacro %}

{% macro kvalitet_akutt_lang(k) %}
    select
        svar."ForlopsID" as forlops_id,
        svar."AvdRESH" as avd_resh,
        'b11' as skjema,
        'AkuttLang' as variabel,
        case when svar."AkuttLang" is distinct from diagnose.akutt_lang
            then 'lagret ' || coalesce(svar."AkuttLang"::varchar, 'tomt') || ', regnet ' || diagnose.akutt_lang
        end as detalj,
    from {{ ref('allevarnum') }} as svar
    inner join (
        select "ForlopsID", (bool_or("SmerteKat" = 1) and bool_or("SmerteKat" = 2))::tinyint as akutt_lang
        from {{ ref('smertediagnosernum') }}
        group by "ForlopsID"
    ) as diagnose on svar."ForlopsID" = diagnose."ForlopsID"
{% endmacro %}

{% macro kvalitet_hads(k) %}
    select
        forlop.forlops_id,
        forlop.avd_resh,
        'hads' as skjema,
        'HADSScoreAngst' as variabel,
        case when lagret."HADSScoreAngst" is distinct from regnet.hads_angst or lagret."HADSScoreDepresjon" is distinct from regnet.hads_depresjon
            then 'lagret og regnet er ulike'
        end as detalj,
    from {{ skjemasvar('hads') }} as lagret
    inner join {{ ref('int_forlop') }} as forlop on lagret.forlops_id = forlop.forlops_id
    inner join {{ ref('int_hads') }} as regnet on lagret.forlops_id = regnet.forlops_id
{% endmacro %}

{% macro kvalitet_tilside(k) %}
    select
        hode.forlops_id,
        forlop.avd_resh,
        hode.skjema,
        null::varchar as variabel,
        'satt til side: ' || string_agg(tilside.hva, ', ' order by tilside.hva) as detalj,
    from {{ ref('stg_skjema') }} as hode
    inner join {{ ref('int_forlop') }} as forlop on hode.forlops_id = forlop.forlops_id
    left join {{ ref('stg_tilside') }} as tilside on hode.forlops_id = tilside.forlops_id and hode.skjema = tilside.skjema
    where hode.versjon > 0
    group by hode.forlops_id, forlop.avd_resh, hode.skjema
{% endmacro %}

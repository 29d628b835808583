{#- What the checks of data quality (checks/kvalitet) need to know of themselves and of the codebook. -#}

{% macro kvalitet_kontroller() %}
    {#- The checks the warehouse runs, each with `mangler`: columns of allevarnum that the codebook has not got. -#}
    {%- set finnes = kolonner(ref('allevarnum')) -%}
    {%- set kontroller = rows_of("select * from " ~ ref('kontroller') ~ " where mal <> 'register' order by rowid") -%}
    {%- for k in kontroller -%}
        {%- set trenger = [k.forst, k.sist] if k.mal == 'datoer' else [k.sist] -%}
        {%- do k.update({"mangler": trenger | select | reject('in', finnes) | list}) -%}
    {%- endfor -%}
    {{ return(kontroller) }}
{% endmacro %}

{% macro kvalitet_mal(k) %}
    {{ return(context['kvalitet_' ~ k.mal](k)) }}
{% endmacro %}

{% macro kvalitet_variabler(utvalg) %}
    {#- {skjema: [variabel]} of the codebook's variables that `utvalg` chooses and allevarnum has. -#}
    {%- set ut = {} -%}
    {%- set finnes = kolonner(ref('allevarnum')) -%}
    {%- set treff -%}
        select
            skjema,
            navn,
            kreves,
            stilles,
            mykt_fra,
            mykt_til,
            mykt_mot,
            (
                select string_agg(kode, ', ' order by kode) from {{ source('snap', 'kodebok_kode') }} as k
                where k.skjema = v.skjema and k.navn = v.navn and k.ukjent
            ) as ukjente
        from {{ source('snap', 'kodebok_variabel') }} as v
        where aktiv and eksporteres and gjentatt is null and skjema <> 'po' and {{ utvalg }}
        order by skjema, rekkefolge
    {%- endset -%}
    {%- for v in rows_of(treff) if v.navn in finnes -%}
        {%- do ut.setdefault(v.skjema, []).append(v) -%}
    {%- endfor -%}
    {{ return(ut) }}
{% endmacro %}

{% macro kvalitet_kreves() %}
    {{ return(kvalitet_variabler("kreves is not null")) }}
{% endmacro %}

{% macro kvalitet_stilte() %}
    {{ return(kvalitet_variabler("stilles is not null")) }}
{% endmacro %}

{% macro kvalitet_ferdige(skjema) %}
    {#- The forløp whose form is completed, where the forløpstype opens it. `dag` decides the edition of the codebook
        that the form is judged by: startdato, or, without one, the day the form was saved. -#}
    select
        hode.forlops_id,
        forlop.startdato,
        coalesce(forlop.startdato, hode.sist_lagret::date) as dag,
    from {{ ref('stg_skjema') }} as hode
    inner join {{ ref('int_forlop') }} as forlop on hode.forlops_id = forlop.forlops_id
    inner join {{ source('snap', 'kodebok_skjema') }} as kodebok
        on hode.skjema = kodebok.skjema and coalesce(forlop.forlopstype, 1) >= kodebok.fra_type
    where hode.skjema = '{{ skjema }}' and hode.status = 1
{% endmacro %}

{% macro kvalitet_vanlige() %}
    {{ return(kvalitet_variabler("mykt_fra is not null and beregnes is null")) }}
{% endmacro %}

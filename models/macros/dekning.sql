{#- What dekningsgrad counts: each column's condition on a row of int_dekning. The marts dekningsgrad and dekning_forlop have
    the columns of the same names, the one as counts, the other as 1 or 0 for each forløp. -#}

{% macro dekningstall() %}
    {%- set spurt = "not under_reservasjon and " -%}
    {%- set tilstander = {
        "avventer": spurt ~ "samtykke is null",
        "ja": spurt ~ "samtykke = 1",
        "nei_aktivt": spurt ~ "samtykke = 0 and samtykke_type = 1",
        "nei_passivt": spurt ~ "samtykke = 0 and samtykke_type = 2",
        "ikke_aktuelt": spurt ~ "samtykke = 0 and samtykke_type = 3",
        "nei_ikke_spurt": spurt ~ "samtykke = 0 and samtykke_type = 4",
        "tilbaketrukket": spurt ~ "samtykke = 0 and samtykke_type = 5",
        "nei_uten_type": spurt ~ "samtykke = 0 and samtykke_type is null",
        "ikke_reservert": "under_reservasjon and reservasjon = 0",
        "reservert": "under_reservasjon and reservasjon = 1",
        "reservasjon_ikke_spurt": "under_reservasjon and reservasjon is null",
    } -%}
    {%- set krit = "inkl_krit_oppf = 1" -%}
    {%- set formelt = krit ~ " and tilsynsanmodning = 1" -%}
    {%- set tall = {
        "n_forlop": "true",
        "n_inkl_krit_oppf": krit,
        "n_inklusjon_status": "inklusjon_status = 1",
        "n_krit_ubesvart": "inkl_krit_oppf is null",
        "n_nasjonal": "nasjonal",
        "n_krit_reservasjon": krit ~ " and under_reservasjon",
        "n_reservert_alle": "under_reservasjon and reservasjon = 1",
    } -%}
    {%- for navn, vilkaar in tilstander.items() -%}
        {%- do tall.update({"n_" ~ navn: krit ~ " and " ~ vilkaar}) -%}
    {%- endfor -%}
    {%- do tall.update({"n_formelt_henvist": formelt}) -%}
    {%- for navn, vilkaar in tilstander.items() -%}
        {%- do tall.update({"n_formelt_" ~ navn: formelt ~ " and " ~ vilkaar}) -%}
    {%- endfor -%}
    {{ return(tall) }}
{% endmacro %}

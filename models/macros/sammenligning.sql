{#- What is so about a patient at the referral and at the first visit, in bands: what an indicator is adjusted for when units
    are compared (checks/comparison/case_mix.py). Code 0 is «ikke oppgitt» in each. -#}

{% macro sammenligning_faktorer() %}
    {#- {faktor: (tittel, {kode: tekst}, uttrykk)}; `uttrykk` is about the forløp, its answers (utfall) and its diagrams. -#}
    {{ return({
        "aldersgruppe": ("Alder", {1: "Under 40 år", 2: "40–59 år", 3: "60–74 år", 4: "75 år og eldre"},
            "case when forlop.alder < 40 then 1 when forlop.alder < 60 then 2 when forlop.alder < 75 then 3"
            ~ " when forlop.alder >= 75 then 4 else 0 end"),
        "smertekategori": ("Smertekategori", smertekategorier(), "coalesce(oversikt.smertekategori, 0)"),
        "nrs": ("Sterkeste smerte i bevegelse ved første tilsyn", {1: "NRS 0–3", 2: "NRS 4–6", 3: "NRS 7–10"},
            'case when utfall."StSmBev_forste" <= 3 then 1 when utfall."StSmBev_forste" <= 6 then 2'
            ~ ' when utfall."StSmBev_forste" <= 10 then 3 else 0 end'),
        "opioid": ("Opioider siste døgn før første tilsyn", {
            1: "Ingen opioider", 2: "Inntil 60 mg OMEQ", 3: "61–200 mg OMEQ", 4: "Over 200 mg OMEQ"},
            'case when utfall."MoEkvivalens" > 200 then 4 when utfall."MoEkvivalens" > 60 then 3'
            ~ ' when utfall."MoEkvivalens" > 0 then 2 when utfall."Opioid4b" = 1 or utfall."Vetikke4b" = 1 then 0'
            ~ ' when 1 in (utfall."Ingen4b", utfall."NonOpioid4b", utfall."Benzo4b", utfall."KoAnalg4b") then 1 else 0 end'),
    }) }}
{% endmacro %}

{% macro smertekategorier() %}
    {#- {kode: tekst} of the codebook. -#}
    {%- set koder = {} -%}
    {%- for kode, tekst in kodebok_koder().get("b11", {}).get("Smertekategori3a", []) -%}
        {%- do koder.update({kode: tekst}) -%}
    {%- endfor -%}
    {{ return(koder) }}
{% endmacro %}

{% macro sammenligning_tekster() %}
    {#- [(nr, faktor, tittel, kode, tekst)] of every band. -#}
    {%- set rader = [] -%}
    {%- for faktor, (tittel, koder, uttrykk) in sammenligning_faktorer().items() -%}
        {%- set nr = loop.index -%}
        {%- for kode, tekst in koder.items() -%}
            {%- do rader.append((nr, faktor, tittel, kode, tekst)) -%}
        {%- endfor -%}
        {%- do rader.append((nr, faktor, tittel, 0, "Ikke oppgitt")) -%}
    {%- endfor -%}
    {{ return(rader) }}
{% endmacro %}

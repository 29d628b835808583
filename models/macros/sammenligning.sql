{#- What is so about a patient at the referral and at the first visit, in bands: what an indicator is adjusted for when units
    are compared (checks/comparison/case_mix.py). Code 0 is «ikke oppgitt» in each. -#}

{% macro sammenligning_faktorer() %}
    {#- {faktor: {tittel, koder: {kode: tekst}, av, uttrykk}}; `uttrykk` is about a row of allevarnum (`av` svar), or about the
        forløp and its diagrams. -#}
    {{ return({
        "aldersgruppe": {
            "tittel": "Alder", "koder": {1: "Under 40 år", 2: "40–59 år", 3: "60–74 år", 4: "75 år og eldre"},
            "av": "forlop",
            "uttrykk": "case when forlop.alder < 40 then 1 when forlop.alder < 60 then 2 when forlop.alder < 75 then 3"
                ~ " when forlop.alder >= 75 then 4 else 0 end"},
        "smertekategori": {
            "tittel": "Smertekategori", "koder": smertekategorier(),
            "av": "forlop", "uttrykk": "coalesce(oversikt.smertekategori, 0)"},
        "nrs": {
            "tittel": "Sterkeste smerte i bevegelse ved første tilsyn", "koder": {1: "NRS 0–3", 2: "NRS 4–6", 3: "NRS 7–10"},
            "av": "svar",
            "uttrykk": 'case when "StSmBev12" <= 3 then 1 when "StSmBev12" <= 6 then 2 when "StSmBev12" <= 10 then 3 else 0 end'},
        "opioid": {
            "tittel": "Opioider siste døgn før første tilsyn", "koder": {
                1: "Ingen opioider", 2: "Inntil 60 mg OMEQ", 3: "61–200 mg OMEQ", 4: "Over 200 mg OMEQ"},
            "av": "svar",
            "uttrykk": 'case when "MoEkvivalens" > 200 then 4 when "MoEkvivalens" > 60 then 3 when "MoEkvivalens" > 0 then 2'
                ~ ' when "Opioid4b" = 1 or "Vetikke4b" = 1 then 0'
                ~ ' when 1 in ("Ingen4b", "NonOpioid4b", "Benzo4b", "KoAnalg4b") then 1 else 0 end'},
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
    {%- for faktor, f in sammenligning_faktorer().items() -%}
        {%- set nr = loop.index -%}
        {%- for kode, tekst in f.koder.items() -%}
            {%- do rader.append((nr, faktor, f.tittel, kode, tekst)) -%}
        {%- endfor -%}
        {%- do rader.append((nr, faktor, f.tittel, 0, "Ikke oppgitt")) -%}
    {%- endfor -%}
    {{ return(rader) }}
{% endmacro %}

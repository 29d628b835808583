{#- The registry's quality indicators, as its published report scripts compute them, with one choice where they differ:
    I4 counts every pair, ties too; I5 leaves «Vet ikke» out of the denominator, and I9 leaves «Ikke aktuelt» out.
    `teller` and `nevner` are conditions on allevarnum; `sum` makes the indicator a mean per forløp. -#}

{% macro indikatorer() %}
    {%- set faggrupper -%}
        ("AntTilsLege" is not null)::integer + ("AntTilsSykPleier" is not null)::integer + ("AntTilsPsyk" is not null)::integer
        + ("AntTilsFysioT" is not null)::integer + ("AntTilsSosio" is not null)::integer >= 2
    {%- endset -%}
    {%- set tilsyn = '"AntPasTils" > 0' -%}
    {%- set alle = [
        {"id": "I1", "navn": "Behandlet av minst to faggrupper", "teller": faggrupper, "nevner": tilsyn},
        {"id": "I2", "navn": "Tilsett samme dag som henvist", "teller": '"HenvistDato" = "StartdatoTO"',
         "nevner": tilsyn ~ ' and "HenvistDato" is not null'},
        {"id": "I3", "navn": "Fornøyd med ivaretakelsen", "teller": '"EvalSpm3" in (4, 5)', "nevner": '"EvalSpm3" is not null'},
    ] -%}
    {%- for bokstav, maal, navn in [
        ("a", "StSmBev", "Nedgang i sterkeste smerte i bevegelse"), ("b", "SvSmBev", "Nedgang i svakeste smerte i bevegelse"),
        ("c", "StSmRo", "Nedgang i sterkeste smerte i ro"), ("d", "SvSmRo", "Nedgang i svakeste smerte i ro"),
    ] -%}
        {%- do alle.append({
            "id": "I4" ~ bokstav, "navn": navn, "teller": '"' ~ maal ~ '12" > "' ~ maal ~ '21"',
            "nevner": '"' ~ maal ~ '12" <> 99 and "' ~ maal ~ '21" <> 99',
        }) -%}
    {%- endfor -%}
    {%- do alle.extend([
        {"id": "I5", "navn": "Ikke-medikamentell behandling", "teller": '"IkkeMedBeh" = 1', "nevner": '"IkkeMedBeh" in (0, 1)'},
        {"id": "I6", "navn": "Plan for nedtrapping av opioider", "teller": '"Journalnotat" = 1',
         "nevner": '"VidereOppf" = 1 and "BehNedtrappAvsluttTils" = 1'},
        {"id": "I7", "navn": "Akseptabel smerte ved siste tilsyn", "ikke_aktuelt": true},
        {"id": "I8", "navn": "Bedret funksjonsnivå", "ikke_aktuelt": true},
        {"id": "I9", "navn": "NRS angitt begge ganger", "teller": '"AngiNRS12" = 1 and "AngiNRS21" = 1',
         "nevner": '"Tilsett" = 1 and "AngiNRS12" <> 2 and "AngiNRS21" <> 2'},
        {"id": "I10", "navn": "Morfinekvivalenter ved siste tilsyn", "sum": '"MoEkvivalens22"', "nevner": '"MoEkvivalens22" is not null'},
    ]) -%}
    {{ return(alle) }}
{% endmacro %}

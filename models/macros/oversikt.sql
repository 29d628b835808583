{#- What Lokal oversikt draws: a column of int_oversikt each, and where its words come from: a variable of the codebook
    (skjema, variabel), or the words themselves. Source of the intervals of tid_til_dod: the registry's report
    timetodeath (weeks from SluttDato to Ddato). -#}

{% macro pasientskjemaer() %}
    {#- {skjema: (was the patient's part filled in, why not)} of the patient forms. -#}
    {%- set skjemaer = {} -%}
    {%- for s in kodebok_skjemaer('pasient') -%}
        {%- do skjemaer.update({s.skjema: (s.utfylt, s.arsak)}) -%}
    {%- endfor -%}
    {{ return(skjemaer) }}
{% endmacro %}

{% macro oversikt_diagrammer() %}
    {%- set grunner = {0: "Ikke besvart ennå", 1: "Besvart", 20: "Ikke besvart, grunn ikke oppgitt"} -%}
    {%- set eprom_svar = {
        0: "Venter på svar", 1: "Besvart", 2: "Besvart på papir", 3: "Stoppet, skjemaet er åpent",
        20: "Ikke besvart, grunn ikke oppgitt"} -%}
    {%- set dager = {-1: "Før henvisning"} -%}
    {%- for dag in range(7) -%}
        {%- do dager.update({dag: dag | string}) -%}
    {%- endfor -%}
    {%- do dager.update({7: "7 eller flere"}) -%}
    {%- set doser = {0: "0", 1: "1–30", 2: "31–60", 3: "61–100", 4: "101–200", 5: "over 200"} -%}
    {%- set skaarer = {} -%}
    {%- for skaare in range(22) -%}
        {%- do skaarer.update({skaare: skaare | string}) -%}
    {%- endfor -%}
    {%- set av_skjemaene = {} -%}
    {%- for skjema, (_, grunn) in pasientskjemaer().items() -%}
        {%- do av_skjemaene.update({
            "svar_" ~ skjema: {"variabel": (skjema, grunn), "forskyvning": 20, "koder": grunner},
            "eprom_" ~ skjema: {"koder": {1: "Sendt", 2: "Bestilt, ikke sendt ennå", 3: "Kunne ikke sendes", 4: "Stoppet før sending"}},
            "eprom_svar_" ~ skjema: {"variabel": (skjema, grunn), "forskyvning": 20, "koder": eprom_svar},
        }) -%}
    {%- endfor -%}
    {{ return(dict(av_skjemaene, **{
        "forlopstype": {"koder": {
            1: "Forløp 1: ikke tilsett", 2: "Forløp 2: uten inklusjon", 3: "Forløp 3: kan samtykke", 0: "Ikke avgjort"}},
        "tilsyn": {"variabel": ("to", "Tilsett"), "koder": {0: "Ikke besvart"}},
        "samtykke": {"variabel": ("to", "TypeManglSamt"), "forskyvning": 10, "foran": "Nei – ", "koder": {
            1: "Ja", 0: "Avventer", 10: "Nei"}},
        "ventetid": {"koder": dager},
        "samme_dag": {"koder": {1: "Samme dag", 0: "Senere"}},
        "faggrupper": {"koder": {1: "Minst to faggrupper", 0: "Færre enn to"}},
        "smertekategori": {"variabel": ("b11", "Smertekategori3a")},
        "smertekategori_forste": {"variabel": ("b11", "Smertekategori3a")},
        "omeq_forste": {"koder": doser},
        "omeq_siste": {"koder": doser},
        "opioidreduksjon": {"koder": {1: "Halvert eller mer", 2: "Redusert", 3: "Uendret", 4: "Økt"}},
        "sentral_blokade": {"variabel": ("b22", "SentralBlokk")},
        "sentral_komplikasjon": {"variabel": ("b22", "Kompl1d")},
        "perifer_blokade": {"variabel": ("b22", "PeriferBlokk")},
        "perifer_komplikasjon": {"variabel": ("b22", "Kompl1e")},
        "nedtrapping": {"variabel": ("b22", "BehNedtrappAvsluttTils")},
        "nedtrappingsplan": {"koder": {1: "Plan i journalnotat", 0: "Ikke i journalnotat"}},
        "hads_angst": {"koder": skaarer},
        "hads_depresjon": {"koder": skaarer},
        "fornoyd": {"variabel": ("eval", "EvalSpm3")},
        "tid_til_dod": {"koder": {
            1: "Innen 1 måned", 2: "1–3 måneder", 3: "3–6 måneder", 4: "6–12 måneder", 5: "Over 1 år"}},
    })) }}
{% endmacro %}

{% macro oversikt_tekster() %}
    {#- [(diagram, kode, tekst)] of every diagram. -#}
    {%- set koder = kodebok_koder() -%}
    {%- set rader = [] -%}
    {%- for navn, diagram in oversikt_diagrammer().items() -%}
        {%- for kode, tekst in diagram.get('koder', {}).items() -%}
            {%- do rader.append((navn, kode, tekst)) -%}
        {%- endfor -%}
        {%- set skjema, variabel = diagram.get('variabel', ("", "")) -%}
        {%- for kode, tekst in koder.get(skjema, {}).get(variabel, []) -%}
            {%- set ord = diagram.foran ~ (tekst | lower) if diagram.foran else tekst -%}
            {%- do rader.append((navn, kode + diagram.get('forskyvning', 0), ord)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(rader) }}
{% endmacro %}

{% macro dosegruppe(dose, den_andre) -%}
    {#- Oral morphine equivalents in groups, among those that have both doses. -#}
    case
        when {{ dose }} is null or {{ den_andre }} is null then null
        when {{ dose }} <= 0 then 0
        when {{ dose }} <= 30 then 1
        when {{ dose }} <= 60 then 2
        when {{ dose }} <= 100 then 3
        when {{ dose }} <= 200 then 4
        else 5
    end::tinyint
{%- endmacro %}

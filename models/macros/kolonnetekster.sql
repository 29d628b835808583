{#- Comments on the columns of a built table: the descriptions of its yml, and for the questions their labels in the
    codebook, which are written nowhere else. dbt calls this for a model whose config has `persist_docs`. -#}

{% macro duckdb__alter_column_comment(relation, column_dict) %}
    {%- set labels = kodebok_ledetekster() -%}
    {%- for column in kolonner(relation) -%}
        {%- set label = column_dict.get(column, {}).get('description') or labels.get(column) -%}
        {%- if label %}
        comment on column {{ relation }}."{{ column }}" is '{{ label | replace("'", "''") }}';
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}

{% macro kodebok_ledetekster() %}
    {#- {column: text} of the questions, by their names, and of what stg_svar has of each form beside its answers. -#}
    {%- set labels = {} -%}
    {%- set found %}
        select navn, concat_ws(' ', ledetekst, kommentar) as tekst
        from {{ source('snap', 'kodebok_variabel') }}
        where coalesce(ledetekst, '') <> ''
    {%- endset -%}
    {%- for question in rows_of(found) -%}
        {%- do labels.update({question.navn: question.tekst}) -%}
    {%- endfor -%}
    {%- for form in kodebok_skjemaer() -%}
        {%- do labels.update({
            form.skjema ~ "_status": form.navn ~ ": -1 opprettet, 0 lagret, 1 ferdigstilt; tom når forløpet ikke har skjemaet.",
            form.skjema ~ "_lagret": form.navn ~ ": dagen det sist ble lagret.",
            form.skjema ~ "_har_dokument": form.navn ~ ": om skjemaet er lagret minst én gang, og ikke satt til side.",
            form.skjema ~ "_faktorsett": form.navn ~ ": omregningsfaktorene som gjaldt da skjemaet ble lagret.",
            form.skjema ~ "_avvik": form.navn ~ ": om dokumentet er satt til side.",
        }) -%}
    {%- endfor -%}
    {{ return(labels) }}
{% endmacro %}

{% macro beskrevne_kolonner() %}
    {#- [(tabell, kolonne, tekst)] of the marts' columns, as their yml describes them, and the indicators' in sammenligning. -#}
    {%- set beskrevet = [] -%}
    {%- if execute -%}
        {%- for modell in graph.nodes.values() if modell.resource_type == 'model' and modell.original_file_path.startswith('models/marts') -%}
            {%- for kolonne in modell.columns.values() if kolonne.description -%}
                {%- do beskrevet.append((modell.name, kolonne.name, kolonne.description | trim)) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- for i in indikatorer() if not i.sum -%}
            {%- set tekst = i.navn ~ ': 1 i telleren, 0 ellers i nevneren, tom utenfor.' -%}
            {%- do beskrevet.append(('sammenligning', i.id, tekst)) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(beskrevet) }}
{% endmacro %}

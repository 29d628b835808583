{#- Which forms a forløpstype opens (manual, «Forløpstyper»); var skjema_fra_type is the only list of it. -#}

{% macro skjema_horer_til(skjema, forlopstype) %}
    {#- Before the type is known only TO and B1.1 are open. -#}
    case {{ skjema }}
        {%- for navn, fra_type in var('skjema_fra_type').items() %}
        when '{{ navn }}' then coalesce({{ forlopstype }}, 1) >= {{ fra_type }}
        {%- endfor %}
        else false
    end
{%- endmacro %}

{% macro antall_skjema(forlopstype) %}
    (
        {%- for fra_type in var('skjema_fra_type').values() %}
        (coalesce({{ forlopstype }}, 1) >= {{ fra_type }})::integer{{ " +" if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}

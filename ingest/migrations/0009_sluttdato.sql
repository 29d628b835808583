-- The import used to leave sluttdato, from which the schedule of Eval and Opioid counts, out of the head rows.

update register.forlop f set slutt_dato = try_cast(v.svar ->> 'SluttDato' as date)
from register.skjemaversjon v
join register.skjema s on v.forlop_id = s.forlop_id and v.skjema = s.skjema and v.versjon = s.versjon
where v.skjema = 'b22' and f.forlop_id = v.forlop_id and f.slutt_dato is null;

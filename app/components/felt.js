// A question that stands alone on a page. Its answer lies in the page, and comes with whatever the user does next too, so that
// one which was lost on the way is not lost to the click that uses it.

import { build, show } from "./felt_en.js";

export default function felt({ data, parentElement, setStateValue }) {
  let field = parentElement._felt;
  if (!field || field.kind !== data.slag) {
    parentElement._felt?.root.remove();
    field = build(data, (verdi, tekst) => {
      field.nr += 1;
      field.post({ verdi, tekst: tekst ?? null, nr: field.nr });
    });
    field.nr = data.nr;
    parentElement.append(field.root);
    parentElement._felt = field;
  }
  field.post = (answer) => setStateValue("svar", answer);
  // What was answered after the run that made this data is newer than it.
  const late = data.nr < field.nr;
  field.nr = Math.max(field.nr, data.nr);
  show(field, data, late);
  return () => field.help?.hidePopover?.();
}

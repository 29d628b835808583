// A question that stands alone on a page.
// An answer is held until Python's data shows its number: an element that is built anew shows it, and one that
// was lost on the way is sent again, for as long as the page is open.

import { build, show } from "./felt_en.js";

const RECEIPT_WITHIN = 4000; // ms before an answer is sent again, doubled each time …
const AT_MOST = 30000; // … up to this
const HELD_FOR = 60000; // ms that an answer outlives its element
const held = new Map(); // question -> the answer Python has not shown yet
let latest = null; // the last answer sent; Python takes them in order

export default function felt({ data, parentElement, setStateValue }) {
  let field = parentElement._felt;
  if (!field || field.kind !== data.slag) {
    parentElement._felt?.root.remove();
    const made = build(data, (verdi, tekst) => post(made, { verdi, tekst: tekst ?? null }, 1));
    made.nr = data.nr;
    parentElement.append(made.root);
    parentElement._felt = field = made;
  }
  field.question = data.id;
  field.post = (answer) => setStateValue("svar", answer);
  const given = receive(field, data);
  // What was answered after the run that made this data is newer than it.
  const late = given.nr < field.nr;
  field.nr = Math.max(field.nr, given.nr);
  show(field, given, late);
  return () => field.help?.hidePopover?.();
}

function post(field, { verdi, tekst }, attempt) {
  field.nr += 1;
  const answer = { verdi, tekst, nr: field.nr };
  held.set(field.question, { answer, field, at: Date.now() });
  latest = answer;
  field.post(answer);
  expect(field, answer, attempt);
}

// The answer is sent again, with a new number, unless its receipt has come.
function expect(field, answer, attempt) {
  clearTimeout(field.waiting);
  field.waiting = setTimeout(() => {
    const unseen = held.get(field.question)?.answer.nr === answer.nr && field.root.isConnected;
    if (unseen) post(field, answer, attempt + 1);
  }, Math.min(RECEIPT_WITHIN * 2 ** (attempt - 1), AT_MOST));
}

// Contact may be back: what is held is sent now, and soon again, as Streamlit may still be on its way to the server.
function retry() {
  if (document.visibilityState !== "visible") return;
  for (const { answer, field } of held.values()) if (field.root.isConnected) post(field, answer, 1);
}
addEventListener("online", retry);
document.addEventListener("visibilitychange", retry);

// Data with the receipt, or with the answer that an element before this one sent.
function receive(field, data) {
  const last = held.get(field.question);
  if (last && data.nr >= last.answer.nr) {
    held.delete(field.question);
    if (last.answer === latest) document.dispatchEvent(new CustomEvent("sr-mottatt"));
  } else if (last && last.field !== field && Date.now() - last.at > HELD_FOR) held.delete(field.question);
  else if (last && field.nr < last.answer.nr) {
    const { verdi, tekst, nr } = last.answer;
    last.field = field;
    expect(field, last.answer, 1);
    // An object is something that was done (a row taken away, a value confirmed) and not the answer itself.
    return { ...data, nr, ...(verdi?.constructor === Object ? {} : { verdi, tekst }) };
  }
  return data;
}

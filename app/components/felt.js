// The questions of a form: label, help, note, error, and a control for each kind of answer.
// All text is set as textContent. The element is built once and then brought in step with the data it is given.
// An answer is held until Python's data shows its number: an element that is built anew shows it, and one that
// was lost on the way is sent again, for as long as the page is open.

import { dateControl } from "./felt_dato.js";
import { choiceControl, checkControl } from "./felt_valg.js";
import { el } from "./felt_deler.js";
import { cliniciansControl } from "./felt_behandlere.js";
import { diagnosesControl } from "./felt_diagnoser.js";
import { opioidControl } from "./felt_opioider.js";
import { searchControl } from "./felt_sok.js";
import { numberControl, shownControl, textControl } from "./felt_tall.js";

const CONTROLS = {
  dato: dateControl, valg: choiceControl, flervalg: checkControl, tall: numberControl, tekst: textControl,
  vist: shownControl, tittel: () => ({ show() {} }), sok: searchControl, behandlere: cliniciansControl, opioider: opioidControl,
  diagnoser: diagnosesControl,
};
const RECEIPT_WITHIN = 4000; // ms before an answer is sent again, doubled each time …
const AT_MOST = 30000; // … up to this
const HELD_FOR = 60000; // ms that an answer outlives its element
const held = new Map(); // question -> the answer Python has not shown yet
let latest = null; // the last answer sent; Python takes them in order
let count = 0;

export default function felt({ data, parentElement, setStateValue }) {
  let field = parentElement._felt;
  if (!field || field.kind !== data.slag) {
    parentElement._felt?.root.remove();
    field = build(data, parentElement);
    parentElement._felt = field;
  }
  field.question = data.id;
  field.post = (answer) => setStateValue("svar", answer);
  field.send = (verdi, tekst) => {
    field.root.dispatchEvent(new CustomEvent("sr-endret", { bubbles: true }));
    post(field, { verdi, tekst: tekst ?? null }, 1);
  };
  show(field, receive(field, data));
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

function build(data, parent) {
  const id = `sr-felt-${(count += 1)}`;
  const field = { id, kind: data.slag, nr: data.nr };
  const heading = data.slag === "tittel" ? { role: "heading", "aria-level": "2" } : {};
  field.text = el("span", { id: `${id}-l`, ...heading });
  field.mark = el("span", { class: "sr-krav", "aria-hidden": "true" }, "*");
  field.helpButton = el("button", { type: "button", class: "sr-hjelpknapp" }, "?");
  field.help = el("div", { class: "sr-hjelp", popover: "auto", id: `${id}-h`, role: "note" });
  field.label = el("div", { class: "sr-ledetekst" }, field.text, field.mark, field.helpButton);
  field.slot = el("div", { class: "sr-svar" });
  field.error = el("p", { class: "sr-feil", id: `${id}-f`, "aria-live": "polite" });
  field.note = el("p", { class: "sr-hvorfor", "aria-live": "polite" });
  field.root = el("div", { class: "sr-felt", "data-slag": data.slag }, field.label,
    el("div", { class: "sr-kontroll" }, field.slot, field.note, field.error), field.help);
  field.helpButton.addEventListener("click", () => toggleHelp(field));
  field.say = (message) => {
    field.own = message;
    showError(field);
  };
  field.control = CONTROLS[data.slag](field);
  parent.append(field.root);
  return field;
}

function show(field, data) {
  field.text.textContent = data.ledetekst;
  field.mark.hidden = !data.paakrevd;
  field.helpButton.hidden = !data.hjelp;
  field.helpButton.setAttribute("aria-label", `Hjelp: ${data.ledetekst}`);
  if (field.helpText !== data.hjelp) {
    field.helpText = data.hjelp;
    const paragraphs = (data.hjelp ?? "").split(/\n\s*\n/).filter((p) => p.trim());
    field.help.replaceChildren(...paragraphs.map((p) => el("p", {}, p.trim())));
  }
  field.given = data.feil;
  field.note.textContent = data.merknad ?? "";
  field.root.toggleAttribute("data-laast", Boolean(data.laast));
  // What was answered after the run that made this data is newer than it.
  const late = data.nr < field.nr;
  field.nr = Math.max(field.nr, data.nr);
  field.control.show(data, late);
  showError(field);
}

function showError(field) {
  const message = field.own || field.given || "";
  field.error.textContent = message;
  field.root.toggleAttribute("data-feil", Boolean(message));
  const target = field.control?.target;
  if (!target) return;
  target.setAttribute("aria-invalid", message ? "true" : "false");
  target.setAttribute("aria-labelledby", `${field.id}-l`);
  target.setAttribute("aria-describedby", `${field.id}-f`);
  target.setAttribute("aria-required", field.mark.hidden ? "false" : "true");
}

function toggleHelp(field) {
  field.help.togglePopover();
  const at = field.helpButton.getBoundingClientRect();
  const box = field.help.getBoundingClientRect();
  const left = Math.min(at.right + 8, innerWidth - box.width - 12);
  const top = Math.min(at.top - 6, innerHeight - box.height - 12);
  field.help.style.left = `${Math.max(12, left)}px`;
  field.help.style.top = `${Math.max(12, top)}px`;
}

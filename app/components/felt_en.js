// One question: label, help, note, error, and a control for its kind of answer. All text is set as textContent. The element is
// built once and then brought in step with the data it is given.

import { dateControl } from "./felt_dato.js";
import { choiceControl, checkControl } from "./felt_valg.js";
import { announce, el, whenStill } from "./felt_deler.js";
import { cliniciansControl } from "./felt_behandlere.js";
import { buttonsControl, diagnosesControl } from "./felt_diagnoser.js";
import { opioidControl } from "./felt_opioider.js";
import { searchControl } from "./felt_sok.js";
import { numberControl, shownControl, textControl } from "./felt_tall.js";
import { helpElements } from "./hjelp.js";

const CONTROLS = {
  dato: dateControl, valg: choiceControl, flervalg: checkControl, tall: numberControl, tekst: textControl,
  vist: shownControl, tittel: () => ({ show() {} }), sok: searchControl, behandlere: cliniciansControl, opioider: opioidControl,
  diagnoser: diagnosesControl, knapper: buttonsControl,
};
// What these are can be neither wrong nor required (ARIA 1.2): for them it is said in the description instead.
const NOT_A_FIELD = new Set(["group", "table", "output"]);
let count = 0;

// `send` is called with the answer, and with the text as typed when that is no answer.
export function build(data, send) {
  const id = `sr-felt-${(count += 1)}`;
  const field = { id, kind: data.slag };
  field.send = (value, text) => {
    field.root.dispatchEvent(new CustomEvent("sr-endret", { bubbles: true }));
    send(value, text);
  };
  const heading = data.slag === "tittel" ? { role: "heading", "aria-level": "2" } : {};
  field.text = el("span", { id: `${id}-l`, ...heading });
  field.mark = el("span", { class: "sr-krav", "aria-hidden": "true" }, "*");
  field.must = el("span", { class: "sr-lese", id: `${id}-k`, "aria-hidden": "true" }, "Må besvares.");
  // A question is one stop for Tab: the help opens by F1 or «?» wherever in the question the focus is. What only has a heading
  // has nothing else to stop at.
  field.helpButton = el("button", { type: "button", class: "sr-hjelpknapp", tabindex: data.slag === "tittel" ? null : "-1" }, el("span", {}, "?"));
  field.help = el("div", { class: "sr-hjelp", popover: "auto", id: `${id}-h`, role: "note" });
  field.label = el("div", { class: "sr-ledetekst" }, field.text, field.mark, field.must, field.helpButton);
  field.slot = el("div", { class: "sr-svar" });
  field.error = el("p", { class: "sr-feil", id: `${id}-f`, "aria-live": "polite" });
  field.note = el("p", { class: "sr-hvorfor", id: `${id}-m`, "aria-live": "polite" });
  field.keys = el("span", { class: "sr-lese", id: `${id}-t`, "aria-hidden": "true" });
  field.root = el("div", { class: "sr-felt", "data-slag": data.slag }, field.label,
    el("div", { class: "sr-kontroll" }, field.slot, field.note, field.error, field.keys), field.help);
  field.helpButton.addEventListener("click", () => toggleHelp(field));
  field.root.addEventListener("keydown", (event) => {
    const asks = event.key === "F1" || (event.key === "?" && !event.target.matches("input, textarea"));
    if (!asks || !field.helpText) return;
    event.preventDefault();
    toggleHelp(field);
  });
  field.root.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !field.root.contains(relatedTarget) && field.help.hidePopover());
  field.say = (message) => {
    field.own = message;
    whenStill(() => showError(field));
  };
  field.control = CONTROLS[data.slag](field);
  return field;
}

// With `late` the data are older than what the user has answered since, which stays.
export function show(field, data, late) {
  field.text.textContent = data.ledetekst;
  field.mark.hidden = !data.paakrevd;
  field.helpButton.hidden = !data.hjelp;
  field.helpButton.setAttribute("aria-label", `Hjelp: ${data.ledetekst}`);
  if (field.helpText !== data.hjelp) {
    field.helpText = data.hjelp;
    field.help.replaceChildren(...helpElements(data.hjelp ?? ""));
  }
  field.given = data.feil;
  line(field.note, data.merknad ?? "", field.error);
  field.root.toggleAttribute("data-laast", Boolean(data.laast));
  field.control.show(data, late);
  field.keys.textContent = [data.hjelp && "F1: hjelp.", data.laast ? "" : field.control.keys].filter(Boolean).join(" ");
  showError(field);
}

// A line that goes leaves its place empty: what stands under it does not move away from the user's hand. What comes instead of
// it, in the ``other`` line, takes that place.
function line(node, text, other) {
  if (node.textContent && !text) {
    const { width, height } = node.getBoundingClientRect();
    Object.assign(node.style, { flexBasis: `${width}px`, minHeight: `${height}px` });
    node.dataset.plass = "";
  }
  if (text && !other.textContent && "plass" in other.dataset) {
    other.removeAttribute("style");
    delete other.dataset.plass;
  }
  node.textContent = text;
}

function showError(field) {
  const message = field.own || field.given || "";
  line(field.error, message, field.note);
  field.root.toggleAttribute("data-feil", Boolean(message));
  const target = field.control?.target;
  if (!target) return;
  target.setAttribute("aria-labelledby", `${field.id}-l`);
  if (NOT_A_FIELD.has(target.getAttribute("role") ?? target.localName)) {
    target.setAttribute("aria-describedby", `${field.mark.hidden ? "" : `${field.id}-k `}${described(field)}`);
    return;
  }
  target.setAttribute("aria-describedby", described(field));
  target.setAttribute("aria-invalid", message ? "true" : "false");
  target.setAttribute("aria-required", field.mark.hidden ? "false" : "true");
}

// What is wrong, what stands under the answer, and which keys there are.
const described = ({ id }) => `${id}-f ${id}-m ${id}-t`;

function toggleHelp(field) {
  if (!field.help.togglePopover()) return announce("");
  announce(field.help.innerText); // the focus stays in the question
  // Under the question's name and what has the focus in it, or above them where there is no room: never over them.
  const at = field.helpButton.getBoundingClientRect();
  const used = field.root.contains(document.activeElement) ? document.activeElement.getBoundingClientRect() : at;
  const box = field.help.getBoundingClientRect();
  const under = Math.max(at.bottom, used.bottom) + 6;
  const top = under + box.height > innerHeight - 12 ? Math.min(at.top, used.top) - box.height - 6 : under;
  field.help.style.left = `${Math.max(12, Math.min(at.right + 8, innerWidth - box.width - 12))}px`;
  field.help.style.top = `${Math.max(12, top)}px`;
  return undefined;
}

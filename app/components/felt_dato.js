// A date: typed as people type dates, picked in the browser's own calendar, or today.

import { el, icon } from "./felt_deler.js";
import { question } from "./felt_tall.js";

const CALENDAR = [["M2 3.5h12v10.5H2zM2 6.5h12M5 1.5v3M11 1.5v3", false]];
const MONTH = 31 * 24 * 3600 * 1000;
const LONGEST = 100; // characters: what is pasted is read whole, since the start of a date can be another date
const CLOCK = /^(.*\d{4}|\d{4}-\d\d-\d\d)(?:T|[\s,]+(?:kl\.?\s*)?)\d{1,2}[:.]\d\d.*$/; // a time of day pasted with the date

const pad = (n) => String(n).padStart(2, "0");
const iso = (d) => `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;
const shown = (value) => (value ? value.split("-").reverse().join(".") : "");

// ISO date of what was typed, or null. `today` (ISO) decides the century and a year left out.
export function parseDate(typed, today) {
  const text = typed.trim().replace(CLOCK, "$1");
  let parts = text.match(/^(\d{4})-(\d{1,2})-(\d{1,2})$/)?.slice(1).reverse();
  parts ??= text.match(/^(\d{1,2})[.\/\-\s]+(\d{1,2})(?:[.\/\-\s]+(\d{4}|\d{2}))?\.?$/)?.slice(1);
  parts ??= text.match(/^(\d{2})(\d{2})(\d{4}|\d{2})?$/)?.slice(1);
  if (!parts) return null;
  const [day, month] = parts.map(Number);
  const thisYear = Number(today.slice(0, 4));
  let year = Number(parts[2]);
  if (parts[2] === undefined) {
    year = thisYear;
    if (new Date(year, month - 1, day) - new Date(`${today}T00:00`) > MONTH) year -= 1;
  } else if (parts[2].length === 2) {
    year += Math.floor(thisYear / 100) * 100;
    if (year > thisYear + 1) year -= 100;
  }
  const date = new Date(year, month - 1, day);
  if (date.getFullYear() !== year || date.getMonth() !== month - 1 || date.getDate() !== day) return null;
  return iso(date);
}

export function dateControl(field) {
  const input = el("input", { type: "text", inputmode: "numeric", placeholder: "dd.mm.åååå", autocomplete: "off",
    maxlength: LONGEST });
  const native = el("input", { type: "date", class: "sr-kalender", tabindex: "-1", "aria-hidden": "true" });
  // One stop for Tab: what the buttons do, the field does by a key.
  const button = (style, name, ...shown) => el("button", { type: "button", class: style, tabindex: "-1", "aria-label": name }, ...shown);
  const pick = button("sr-ikonknapp", "Åpne kalender", icon(CALENDAR));
  const now = button("sr-lenkeknapp", null, "i dag");
  const offer = button("sr-lenkeknapp", null);
  const ask = question((yes) => {
    ask.ask(null);
    if (yes) return field.send({ bekreftet: state.value });
    set(null);
    return input.focus();
  });
  field.slot.append(el("div", { class: "sr-dato" }, input, native, pick, now, offer), ask);
  const state = { value: null, today: null, proposed: null };
  const today = () => state.today ?? iso(new Date());

  function set(value) {
    state.tried = undefined;
    field.say("");
    input.value = shown(value);
    if (value === state.value) return;
    state.value = value;
    field.send(value);
  }
  function commit() {
    const typed = input.value.trim();
    // Text that was no date is gone only when the server knows.
    if (!typed && state.tried !== undefined) {
      state.tried = undefined;
      field.say("");
      return field.send(null);
    }
    if (typed === shown(state.value)) return field.say("");
    const value = typed ? parseDate(typed, today()) : null;
    if (typed && !value) {
      field.say(`«${typed}» er ikke en dato. Skriv dag, måned og år, for eksempel ${shown(today())}.`);
      if (state.tried === typed) return undefined;
      state.tried = typed;
      state.value = null;
      return field.send(null, typed);
    }
    state.tried = undefined;
    return set(value);
  }
  input.addEventListener("blur", commit);
  const calendar = () => {
    native.value = state.value ?? "";
    native.showPicker();
  };
  const acts = { i: () => set(today()), f: () => state.proposed && set(state.proposed.day), Enter: commit };
  input.addEventListener("keydown", (event) => {
    const act = event.altKey ? event.key === "ArrowDown" && calendar : !event.ctrlKey && !event.metaKey && (acts[event.key] ?? acts[event.key.toLowerCase()]);
    if (!act) return;
    event.preventDefault();
    act();
  });
  now.addEventListener("click", acts.i);
  offer.addEventListener("click", () => {
    acts.f();
    input.focus();
  });
  native.addEventListener("change", () => native.value && set(native.value));
  pick.addEventListener("click", calendar);

  // A day that stands as a proposal is seen in the empty field; one that is only offered is a button beside it.
  function propose(proposed) {
    state.proposed = proposed;
    const stands = Boolean(proposed?.staar);
    input.placeholder = stands ? shown(proposed.day) : "dd.mm.åååå";
    input.toggleAttribute("data-forslag", stands);
    if (stands) input.dataset.forslag = shown(proposed.day);
    offer.hidden = !proposed || stands;
    offer.textContent = offer.hidden ? "" : `${shown(proposed.day)} (${proposed.words})`;
  }

  return {
    target: input,
    get keys() {
      return `I: i dag. ${state.proposed ? `F: forslaget, ${shown(state.proposed.day)}. ` : ""}Alt og pil ned: kalender.`;
    },
    show(data, late) {
      state.today = data.idag;
      propose(data.laast ? null : data.forslag);
      for (const part of [input, pick, now]) part.toggleAttribute("disabled", data.laast);
      if (late) return;
      ask.ask(data.laast ? null : data.spoersmaal);
      const typing = document.activeElement === input && input.value !== shown(state.value);
      state.value = data.verdi;
      if (typing) return;
      if (data.verdi) field.say("");
      // A date that was none comes back as it was typed.
      input.value = data.verdi ? shown(data.verdi) : (data.tekst ?? "");
      if (data.tekst && !data.verdi) {
        state.tried = data.tekst;
        field.say(`«${data.tekst}» er ikke en dato. Skriv dag, måned og år, for eksempel ${shown(today())}.`);
      }
    },
  };
}

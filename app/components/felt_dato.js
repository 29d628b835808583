// A date: typed as people type dates, picked in the browser's own calendar, or today.

import { el, icon } from "./felt_deler.js";
import { question } from "./felt_tall.js";

const CALENDAR = [["M2 3.5h12v10.5H2zM2 6.5h12M5 1.5v3M11 1.5v3", false]];
const MONTH = 31 * 24 * 3600 * 1000;

const pad = (n) => String(n).padStart(2, "0");
const iso = (d) => `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;
const shown = (value) => (value ? value.split("-").reverse().join(".") : "");

// ISO date of what was typed, or null. `today` (ISO) decides the century and a year left out.
export function parseDate(typed, today) {
  const text = typed.trim();
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
    maxlength: "10" });
  const native = el("input", { type: "date", class: "sr-kalender", tabindex: "-1", "aria-hidden": "true" });
  const pick = el("button", { type: "button", class: "sr-ikonknapp", "aria-label": "Åpne kalender" }, icon(CALENDAR));
  const now = el("button", { type: "button", class: "sr-lenkeknapp" }, "i dag");
  const ask = question((yes) => {
    ask.ask(null);
    if (yes) return field.send({ bekreftet: state.value });
    set(null);
    return input.focus();
  });
  field.slot.append(el("div", { class: "sr-dato" }, input, native, pick, now), ask);
  const state = { value: null, today: null };
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
  input.addEventListener("keydown", (event) => event.key === "Enter" && commit());
  now.addEventListener("click", () => set(today()));
  native.addEventListener("change", () => native.value && set(native.value));
  pick.addEventListener("click", () => {
    native.value = state.value ?? "";
    native.showPicker();
  });

  return {
    target: input,
    show(data, late) {
      state.today = data.idag;
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

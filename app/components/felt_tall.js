// A number with its unit (and the question about unusual values), a line or a block of text, and a value only shown.

import { el } from "./felt_deler.js";

export const shownNumber = (value) => (value === null || value === undefined ? "" : String(value).replace(".", ","));

// The number that was typed, with comma or point; null for an empty field, undefined for what is no number.
export function parseNumber(typed) {
  const text = typed.replace(/[\s\u00a0]/g, "");
  if (!text) return null;
  return /^-?\d+([.,]\d*)?$/.test(text) ? Number(text.replace(",", ".")) : undefined;
}

// «Er du sikker?» under the value it is about. `answer` is called with true or false.
export function question(answer) {
  const text = el("span");
  const yes = el("button", { type: "button" }, "Ja");
  const no = el("button", { type: "button" }, "Nei");
  const box = el("div", { class: "sr-spoersmaal", role: "alert" }, text, yes, no);
  yes.addEventListener("click", () => answer(true));
  no.addEventListener("click", () => answer(false));
  box.hidden = true;
  box.ask = (words) => {
    text.textContent = words ?? "";
    box.hidden = !words;
  };
  return box;
}

export function numberControl(field) {
  const input = el("input", { type: "text", inputmode: "decimal", autocomplete: "off", class: "sr-inn sr-tallfelt" });
  const unit = el("span", { class: "sr-enhetstekst" });
  const ask = question((yes) => {
    ask.ask(null);
    if (yes) return field.send({ bekreftet: state.value });
    input.value = "";
    input.focus();
    state.value = null;
    return field.send(null);
  });
  field.slot.append(el("div", { class: "sr-tallrad" }, input, unit), ask);
  const state = { value: null };

  function commit() {
    const value = parseNumber(input.value);
    if (value === undefined) {
      field.say(`«${input.value.trim()}» er ikke et tall. Skriv tallet med sifre.`);
      if (state.tried === input.value) return;
      state.tried = input.value;
      state.value = null;
      field.send(null, input.value);
      return;
    }
    field.say("");
    const cleared = value === null && state.tried !== undefined; // text that was no number is gone when the server knows
    state.tried = undefined;
    if (value === state.value && !cleared) return;
    state.value = value;
    field.send(value);
  }
  input.addEventListener("blur", commit);
  input.addEventListener("keydown", (event) => event.key === "Enter" && commit());

  return {
    target: input,
    show(data, late) {
      unit.textContent = data.enhet ?? "";
      input.toggleAttribute("disabled", data.laast);
      if (late) return;
      ask.ask(data.laast ? null : data.spoersmaal);
      const typing = document.activeElement === input && input.value !== shownNumber(state.value);
      state.value = data.verdi;
      if (typing) return;
      input.value = data.verdi === null ? (data.tekst ?? "") : shownNumber(data.verdi);
      if (data.verdi !== null) field.say("");
      if (data.verdi === null && data.tekst) {
        state.tried = data.tekst;
        field.say(`«${data.tekst}» er ikke et tall. Skriv tallet med sifre.`);
      }
    },
  };
}

export function textControl(field) {
  const state = { value: null };
  let input = null;
  function build(long) {
    input = el(long ? "textarea" : "input", { class: "sr-inn", autocomplete: "off", ...(long ? { rows: 3 } : { type: "text" }) });
    input.addEventListener("change", () => {
      const typed = input.value.trim() || null;
      if (typed === state.value) return;
      state.value = typed;
      field.send(typed);
    });
    field.slot.replaceChildren(input);
  }
  return {
    get target() {
      return input;
    },
    show(data, late) {
      if (!input) build(data.lang);
      input.toggleAttribute("disabled", data.laast);
      if (data.lengst) input.maxLength = data.lengst;
      if (late || document.activeElement === input) return;
      state.value = data.verdi;
      input.value = data.verdi ?? "";
    },
  };
}

export function shownControl(field) {
  const output = el("output", { class: "sr-vist" });
  field.slot.append(output);
  return {
    target: output,
    show(data) {
      output.textContent = data.verdi ?? "–";
    },
  };
}

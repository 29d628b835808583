// Who took part, and how many times: all in a line, each ticked by one click and counted with plus and minus (B 2.2, question 1).

import { el } from "./felt_deler.js";
import { parseNumber, question, shownNumber } from "./felt_tall.js";
import { ROVING, rove, stop } from "./felt_valg.js";

export function cliniciansControl(field) {
  const list = el("div", { class: "sr-behandlere", role: "group" });
  field.slot.append(list);
  const state = { value: {}, rows: "", parts: [] };
  rove(list, () => state.parts.map((part) => part.pill));

  function send(extra = {}) {
    field.send({ svar: { ...state.value }, ...extra });
  }
  function row([box, text, count, help], unit) {
    const pill = el("button", { type: "button", role: "checkbox", title: help || null }, text);
    const input = el("input", { type: "text", inputmode: "numeric", class: "sr-inn", "aria-label": `${text}: ${unit}`, autocomplete: "off" });
    const minus = el("button", { type: "button", class: "sr-ikonknapp", tabindex: "-1", "aria-label": `${text}: ett færre` }, "−");
    const plus = el("button", { type: "button", class: "sr-ikonknapp", tabindex: "-1", "aria-label": `${text}: ett til` }, "+");
    const counter = el("span", { class: "sr-teller" }, minus, input, plus);
    const error = el("span", { class: "sr-feil" });
    const ask = question((yes) => {
      ask.ask(null);
      if (yes) return send({ bekreftet: [count, state.value[count]] });
      state.value[count] = null;
      input.value = "";
      input.focus();
      return send();
    });
    const root = el("div", { class: "sr-behandler sr-piller" }, pill, counter, error, ask);
    pill.addEventListener("click", () => {
      state.value[box] = state.value[box] ? 0 : 1;
      paint();
      send();
      if (state.value[box]) input.focus();
    });
    const step = (by) => {
      state.value[count] = Math.max(1, (state.value[count] ?? 0) + by);
      paint();
      send();
    };
    minus.addEventListener("click", () => step(-1));
    plus.addEventListener("click", () => step(1));
    const commit = () => {
      const typed = parseNumber(input.value);
      const value = typed ?? null;
      part.tried = typed === undefined ? input.value : null;
      error.textContent = part.tried === null ? "" : unread(part);
      if (value === (state.value[count] ?? null)) return;
      state.value[count] = value;
      send();
    };
    input.addEventListener("blur", commit);
    input.addEventListener("keydown", (event) => {
      const acts = { Enter: commit, ArrowUp: () => step(1), ArrowDown: () => step(-1) };
      if (!acts[event.key]) return;
      event.preventDefault();
      acts[event.key]();
      if (event.key !== "Enter") input.value = shownNumber(state.value[count]);
    });
    const part = { root, box, count, pill, input, minus, plus, counter, error, ask, tried: null };
    return part;
  }
  const unread = (part) => `«${part.tried}» er ikke et tall.`;
  function paint() {
    for (const part of state.parts) {
      const ticked = Boolean(state.value[part.box]);
      part.pill.setAttribute("aria-checked", String(ticked));
      part.counter.hidden = !ticked;
      if (!ticked || (state.value[part.count] ?? null) !== null) part.tried = null;
      // What was typed and is no number stays to be mended.
      if (part.tried === null && (document.activeElement !== part.input || !ticked)) part.input.value = shownNumber(state.value[part.count]);
    }
  }

  return {
    target: list,
    keys: `${ROVING} I antallet: pil opp og ned.`,
    show(data, late) {
      if (state.rows !== JSON.stringify(data.rader)) {
        state.rows = JSON.stringify(data.rader);
        state.parts = data.rader.map((r) => row(r, data.antall));
        list.replaceChildren(...state.parts.map((p) => p.root));
        stop(state.parts.map((p) => p.pill), state.parts[0].pill);
      }
      for (const part of state.parts) {
        for (const control of [part.pill, part.input, part.minus, part.plus]) control.toggleAttribute("disabled", data.laast);
        if (late) continue;
        part.error.textContent = part.tried === null ? (data.radfeil[part.count] ?? "") : unread(part);
        part.ask.ask(data.laast ? null : data.spoersmaal[part.count]);
      }
      if (!late) state.value = { ...data.verdi };
      paint();
    },
  };
}

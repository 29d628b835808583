// The table of opioids: the drugs in use, a field to add one, and the total of oral morphine equivalents in large figures.
// Equivalents are the server's; doses are sent while one types.

import { el } from "./felt_deler.js";
import { searchControl } from "./felt_sok.js";
import { parseNumber, shownNumber } from "./felt_tall.js";

const PAUSE = 150; // ms without a key before the doses are sent

export function opioidControl(field) {
  const body = el("tbody");
  const add = el("div", { class: "sr-leggtil" });
  const all = el("button", { type: "button", class: "sr-lenkeknapp" });
  const total = el("output", { class: "sr-total" });
  const head = el("tr", {}, ...["Legemiddel", "Dose", "Enhet", "OMEQ (mg)"].map((text) => el("th", { scope: "col" }, text)),
    el("th", { scope: "col" }, el("span", { class: "sr-lese" }, "Verktøy")));
  const table = el("table", {}, el("thead", {}, head), body);
  const group = el("div", { class: "sr-opioider", role: "group" }, table, el("div", { class: "sr-opioidverktoy" }, add, all),
    el("p", { class: "sr-sum" }, el("span", {}, "Orale morfinekvivalenter per døgn"), total));
  field.slot.append(group);
  const state = { value: {}, opened: new Set(), all: false, rows: [], parts: new Map(), timer: 0, built: "" };

  const picker = searchControl({ id: `${field.id}-ny`, slot: add, say() {}, send: (stem) => stem && open(stem) });
  picker.target.setAttribute("aria-label", "Legg til opioid");

  // A row without a dose is sent too: it stays until it gets its dose or is taken away.
  function send() {
    clearTimeout(state.timer);
    state.timer = 0;
    field.send({ doser: { ...state.value }, aapne: [...state.opened].filter((stem) => (state.value[stem] ?? null) === null) });
  }
  function open(stem) {
    state.opened.add(stem);
    send();
    arrange();
    state.parts.get(stem).dose.focus();
  }
  function remove(stem) {
    state.opened.delete(stem);
    state.value[stem] = null;
    const part = state.parts.get(stem);
    part.dose.value = "";
    send();
    arrange();
    picker.target.focus();
  }
  function later() {
    clearTimeout(state.timer);
    state.timer = setTimeout(send, PAUSE);
  }
  function control([stem, name, form, unit, doses]) {
    const label = `${name}, ${form}: dose i ${unit}`;
    if (doses) {
      const select = el("select", { class: "sr-inn", "aria-label": label }, el("option", { value: "" }, "–"),
        ...doses.map((dose) => el("option", { value: dose }, shownNumber(dose))));
      select.addEventListener("change", () => {
        state.value[stem] = select.value ? Number(select.value) : null;
        send();
      });
      return select;
    }
    const input = el("input", { type: "text", inputmode: "decimal", class: "sr-inn", autocomplete: "off", "aria-label": label });
    const take = () => {
      const typed = parseNumber(input.value);
      const value = typed ?? null; // a text that is no number is no dose, and not the number it began with
      input.setAttribute("aria-invalid", String(typed === undefined));
      state.parts.get(stem).error.textContent = typed === undefined ? `«${input.value}» er ikke et tall.` : "";
      if (value === null) state.opened.add(stem);
      if (value === (state.value[stem] ?? null)) return false;
      state.value[stem] = value;
      return true;
    };
    input.addEventListener("input", () => take() && later());
    input.addEventListener("blur", () => {
      if (take() || state.timer) send();
    });
    return input;
  }
  function row(data) {
    const [stem, name, form, unit, doses, help] = data;
    const dose = control(data);
    const omeq = el("td", { class: "sr-tallkolonne" });
    const error = el("span", { class: "sr-feil" });
    const gone = el("button", { type: "button", class: "sr-ikonknapp", "aria-label": `Fjern ${name}, ${form}` }, "×");
    gone.addEventListener("click", () => remove(stem));
    const tr = el("tr", { "data-stamme": stem },
      el("th", { scope: "row" }, el("b", {}, name), ` ${form}`, help ? el("small", {}, help) : null),
      el("td", {}, dose, error), el("td", {}, unit), omeq, el("td", { class: "sr-verktoycelle" }, gone));
    return { tr, dose, omeq, error, gone, select: Boolean(doses) };
  }
  function arrange() {
    const shown = state.rows.filter(([stem]) => state.all || state.opened.has(stem) || (state.value[stem] ?? null) !== null);
    const wanted = shown.map(([stem]) => state.parts.get(stem).tr);
    if (wanted.length !== body.children.length || wanted.some((tr, i) => tr !== body.children[i])) body.replaceChildren(...wanted);
    table.hidden = !wanted.length;
    all.textContent = state.all ? "Skjul tomme" : `Vis alle ${state.rows.length}`;
    const rest = state.rows.filter(([stem]) => !shown.some(([s]) => s === stem));
    add.hidden = !rest.length || state.locked;
    const valg = rest.map(([stem, name, form, , , help]) => [stem, `${name}, ${form}`, help]);
    picker.show({ valg, ofte: state.often.flatMap((stem) => valg.filter(([one]) => one === stem)), laast: state.locked,
      plassholder: "+ Legg til opioid: søk på navn", verdi: null, vist: "" });
  }
  all.addEventListener("click", () => {
    state.all = !state.all;
    arrange();
  });

  return {
    target: group,
    show(data, late) {
      state.locked = data.laast;
      state.often = data.ofte;
      if (state.built !== JSON.stringify(data.rader)) {
        state.built = JSON.stringify(data.rader);
        state.rows = data.rader;
        state.parts = new Map(data.rader.map((r) => [r[0], row(r)]));
      }
      if (!late && !state.timer) {
        state.value = { ...data.verdi };
        state.opened = new Set(data.aapne);
        for (const [stem, part] of state.parts) {
          part.omeq.textContent = shownNumber(data.omeq[stem]);
          part.error.textContent = data.radfeil[stem] ?? "";
          if (document.activeElement !== part.dose) part.dose.value = part.select ? (data.verdi[stem] ?? "") : shownNumber(data.verdi[stem]);
        }
        total.textContent = data.sum === null ? "–" : `${shownNumber(data.sum)} mg`;
      }
      for (const part of state.parts.values()) {
        part.dose.toggleAttribute("disabled", data.laast);
        part.gone.hidden = data.laast;
      }
      arrange();
    },
  };
}

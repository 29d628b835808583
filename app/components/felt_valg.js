// One of few (radio group) and several of many (checkboxes), both as buttons in a line.

import { el } from "./felt_deler.js";

export const ROVING = "Piltastene flytter, mellomrom krysser av.";
const TYPING_PAUSE = 450; // ms to wait for the 0 of a 10, and before arrow keys count as an answer

export function choiceControl(field) {
  const group = el("div", { role: "radiogroup", class: "sr-valg" });
  field.slot.append(group);
  const state = { value: null, options: [], locked: false, timer: 0, buttons: [] };

  function paint() {
    const at = state.options.findIndex(([code]) => code === state.value);
    state.buttons.forEach((button, i) => {
      button.setAttribute("aria-checked", i === at ? "true" : "false");
      button.tabIndex = i === Math.max(at, 0) ? 0 : -1;
    });
  }
  function choose(value, delay = 0) {
    if (state.locked) return;
    state.value = value;
    paint();
    clearTimeout(state.timer);
    state.timer = setTimeout(() => commit(), delay);
  }
  function commit() {
    clearTimeout(state.timer);
    state.timer = 0;
    field.send(state.value);
  }
  function step(by) {
    const n = state.options.length;
    const at = state.options.findIndex(([code]) => code === state.value);
    const next = at < 0 ? (by > 0 ? 0 : n - 1) : (at + by + n) % n;
    choose(state.options[next][0], TYPING_PAUSE);
    state.buttons[next].focus();
  }
  function typed(key) {
    const wanted = state.numeric && key === "t" ? "10"
      : state.numeric && key === "0" && state.timer && state.value === 1 ? "10" : key;
    const starting = state.options.filter(([code, text]) =>
      state.numeric && /\d/.test(wanted) ? String(code) === wanted : text.toLowerCase().startsWith(wanted));
    if (!starting.length) return false;
    const at = starting.findIndex(([code]) => code === state.value);
    const [code] = starting[(at + 1) % starting.length];
    if (code !== state.value) choose(code, state.numeric && code === 1 ? TYPING_PAUSE : 0);
    state.buttons[state.options.findIndex(([c]) => c === code)].focus();
    return true;
  }
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const code = state.options[state.buttons.indexOf(button)][0];
    choose(code === state.value ? null : code);
  });
  group.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (event.key in moves) step(moves[event.key]);
    else if (event.key === "Delete" || event.key === "Backspace") choose(null);
    else if (!(event.key.length === 1 && event.key !== " " && typed(event.key.toLowerCase()))) return;
    event.preventDefault();
  });
  // Who leaves in the middle of typing has answered.
  group.addEventListener("focusout", (event) => {
    if (state.timer && !group.contains(event.relatedTarget)) commit();
  });

  return {
    target: group,
    show(data, late) {
      state.locked = data.laast;
      state.numeric = data.tall;
      group.classList.toggle("sr-tall", Boolean(data.tall));
      group.setAttribute("aria-disabled", data.laast ? "true" : "false");
      if (!late && !state.timer) state.value = data.verdi;
      if (JSON.stringify(state.options) !== JSON.stringify(data.valg)) {
        state.options = data.valg;
        state.buttons = data.valg.map(([, text]) => answer("radio", text));
        group.replaceChildren(...state.buttons);
      }
      state.buttons.forEach((button) => button.toggleAttribute("disabled", data.laast));
      paint();
    },
  };
}

// Boxes that are one stop for Tab: arrows, or an answer's first letter, go between them.
export function rove(group, boxes) {
  group.addEventListener("keydown", (event) => {
    const all = boxes();
    const at = all.indexOf(event.target);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const lettered = (one) => one.textContent.toLowerCase().startsWith(event.key.toLowerCase());
    const next = by ? all[(at + by + all.length) % all.length]
      : event.key.length === 1 && event.key !== " " && [...all.slice(at + 1), ...all.slice(0, at + 1)].find(lettered);
    if (!next) return;
    event.preventDefault();
    stop(all, next);
    next.focus();
  });
  group.addEventListener("focusin", ({ target }) => boxes().includes(target) && stop(boxes(), target));
}

export function stop(boxes, one) {
  for (const box of boxes) box.tabIndex = box === one ? 0 : -1;
}

export function checkControl(field) {
  const group = el("div", { role: "group", class: "sr-piller" });
  const why = el("p", { class: "sr-hvorfor", "aria-live": "polite" });
  field.slot.append(group, why);
  const state = { values: new Set(), options: [], exclusive: new Set(), locked: false, buttons: [] };
  rove(group, () => state.buttons);

  function paint() {
    const only = state.options.find(([code]) => state.exclusive.has(code) && state.values.has(code));
    state.buttons.forEach((button, i) => {
      const code = state.options[i][0];
      button.setAttribute("aria-checked", state.values.has(code) ? "true" : "false");
      button.setAttribute("aria-disabled", state.locked || (only && only[0] !== code) ? "true" : "false");
    });
    why.textContent = only ? `«${only[1]}» låser de andre valgene.` : "";
  }
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const code = state.options[state.buttons.indexOf(button)][0];
    if (state.values.has(code)) state.values.delete(code);
    else if (state.exclusive.has(code)) state.values = new Set([code]);
    else state.values.add(code);
    paint();
    field.send(state.options.map(([c]) => c).filter((c) => state.values.has(c)));
  });

  return {
    target: group,
    show(data, late) {
      state.locked = data.laast;
      state.exclusive = new Set(data.enevalg);
      if (!late) state.values = new Set(data.verdi);
      if (JSON.stringify(state.options) !== JSON.stringify(data.valg)) {
        state.options = data.valg;
        state.buttons = data.valg.map(([, text]) => answer("checkbox", text));
        group.replaceChildren(...state.buttons);
        stop(state.buttons, state.buttons[0]);
      }
      paint();
    },
    get keys() {
      return state.options.length > 1 ? ROVING : "";
    },
  };
}

// «Opioider (f.eks. Morfin …)»: the examples are there to be read once, and quieter than the answer.
function answer(role, text) {
  const [, name, examples] = text.match(/^(.*?)(\s*\(.*\))?$/s);
  const button = el("button", { type: "button", role }, el("span", {}, name));
  if (examples) button.append(el("small", {}, examples));
  return button;
}

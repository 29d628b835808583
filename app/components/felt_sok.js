// A search field over a list: options sent along (filtered here) or found by the server as one types.

import { el } from "./felt_deler.js";

const PAUSE = 120; // ms without a key before the server is asked
const MOST = 60; // options drawn at once

const folded = (text) => text.toLocaleLowerCase("nb").replace(/[.\s]+/g, " ").trim();

export function searchControl(field) {
  const input = el("input", { type: "text", class: "sr-inn", role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${field.id}-v` });
  const clear = el("button", { type: "button", class: "sr-toem", tabindex: "-1", "aria-label": "Fjern svaret" }, "×");
  // Not reached by Tab: browsers stop at what scrolls, and the list closes when the field is left.
  const list = el("ul", { class: "sr-treff", role: "listbox", tabindex: "-1", id: `${field.id}-v` });
  list.hidden = true;
  field.slot.append(el("div", { class: "sr-sok" }, input, clear, list));
  const state = { value: null, shown: "", often: [], hits: [], listed: null, at: -1, timer: 0, asked: 0 };

  // ``often`` says how many of the hits come first because they are used most.
  function open(hits, empty, often = 0) {
    state.listed = input.value;
    state.hits = hits.slice(0, MOST);
    state.at = state.hits.length && input.value !== state.shown ? 0 : -1;
    list.replaceChildren(...state.hits.map(([code, text], i) => {
      const row = el("li", { role: "option", id: `${field.id}-v${i}`, class: i === often - 1 ? "sr-sisteofte" : null },
        state.withCode ? el("b", {}, String(code)) : null, text, i < often ? el("small", {}, "mye brukt") : null);
      row.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        pick(i);
      });
      return row;
    }));
    if (!state.hits.length && empty) list.append(el("li", { class: "sr-ingen" }, empty));
    list.hidden = !list.children.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    turn();
    mark();
  }
  // Where the bar would cover the list, and there is room above, it opens upwards.
  function turn() {
    list.removeAttribute("data-over");
    const floor = document.querySelector(".sr-linje")?.getBoundingClientRect().top ?? innerHeight;
    const ceiling = document.querySelector(".sr-hode")?.getBoundingClientRect().bottom ?? 0;
    const [box, { top }] = [list.getBoundingClientRect(), input.getBoundingClientRect()];
    list.toggleAttribute("data-over", box.bottom > floor && top - box.height > ceiling);
  }
  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  }
  function mark() {
    [...list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === state.at)));
    if (state.at >= 0) {
      input.setAttribute("aria-activedescendant", `${field.id}-v${state.at}`);
      list.children[state.at].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }
  async function search() {
    const typed = input.value === state.shown ? "" : input.value;
    const words = folded(typed).split(" ").filter(Boolean);
    const first = words.length ? [] : state.often;
    if (state.options) {
      const found = state.options.filter(([code, text, more]) => words.every((word) =>
        folded(`${text} ${more ?? ""}`).includes(word) || (state.withCode && folded(String(code)).startsWith(word))));
      const rest = found.filter(([code]) => !first.some(([one]) => one === code));
      return open([...first, ...rest], "Ingen treff", first.length);
    }
    if (!words.length) return first.length ? open(first, "", first.length) : close();
    const asked = (state.asked += 1);
    const url = new URL(state.source, document.baseURI);
    url.searchParams.set("q", typed);
    try {
      const hits = (await (await fetch(url)).json()).treff;
      if (asked !== state.asked || document.activeElement !== input || input.value !== typed) return undefined;
      const alone = hits.length === 1 && state.entered === input.value;
      state.entered = undefined;
      if (alone) {
        state.hits = hits;
        return pick(0);
      }
      return open(hits, state.free ? "Ingen treff. Hele koden kan skrives inn." : "Ingen treff");
    } catch {
      return open([], "Søket svarte ikke. Prøv en gang til.");
    }
  }
  function pick(i) {
    const [code, text] = state.hits[i];
    set(code, state.withCode ? `${code} ${text}` : text);
    close();
  }
  function set(value, shown) {
    state.asked += 1;
    const cleared = value === null && state.tried !== undefined; // what was no choice is gone when the server knows
    state.tried = undefined;
    field.say("");
    state.shown = shown;
    input.value = shown;
    clear.hidden = value === null || state.locked;
    if (value === state.value && !cleared) return;
    state.value = value;
    field.send(value);
  }
  // Hits for something else than what is typed now are nobody's choice: options are searched at once, and the server's hits are
  // waited for, and taken only when there is one.
  function enter() {
    if (state.options && state.listed !== input.value) search();
    if (state.listed === input.value) return state.at >= 0 && !list.hidden && pick(state.at);
    state.entered = input.value;
    return undefined;
  }
  // What is typed and not chosen is no answer: it stays, and is said to be none, until it is chosen or taken away.
  function leave(typed) {
    field.say(`«${typed}» er ikke valgt fra listen. Velg et treff, eller tøm feltet.`);
    if (state.tried === typed) return;
    state.tried = typed;
    state.value = null;
    state.shown = "";
    field.send(null, typed);
  }
  input.addEventListener("input", () => {
    clearTimeout(state.timer);
    state.timer = setTimeout(search, state.options ? 0 : PAUSE);
  });
  input.addEventListener("focus", () => {
    input.select();
    search();
  });
  input.addEventListener("click", () => list.hidden && search());
  input.addEventListener("keydown", (event) => {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves && state.hits.length && !list.hidden) {
      state.at = (state.at + moves[event.key] + state.hits.length) % state.hits.length;
      mark();
    } else if (event.key === "ArrowDown") search();
    else if (event.key === "Enter" && input.value !== state.shown) enter();
    else if (event.key === "Enter" && !list.hidden && state.at >= 0) pick(state.at);
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => {
    clearTimeout(state.timer);
    close();
    const typed = input.value.trim();
    if (!typed) set(null, "");
    else if (typed !== state.shown && state.free) set(typed.toUpperCase(), typed.toUpperCase());
    else if (typed !== state.shown) leave(typed);
    else input.value = state.shown;
  });
  clear.addEventListener("click", () => {
    set(null, "");
    input.focus();
  });

  return {
    target: input,
    show(data, late) {
      state.options = data.valg;
      state.often = data.ofte ?? [];
      state.source = data.kilde;
      state.free = data.fri;
      state.withCode = data.med_kode;
      state.locked = data.laast;
      input.placeholder = data.plassholder ?? "";
      input.toggleAttribute("disabled", data.laast);
      if (late) return;
      const typing = document.activeElement === input && input.value !== state.shown;
      state.value = data.verdi;
      clear.hidden = data.verdi === null || data.laast;
      state.shown = data.vist ?? "";
      if (typing) return;
      if (data.verdi !== null) field.say("");
      input.value = data.verdi === null && data.tekst ? data.tekst : state.shown;
      if (data.verdi === null && data.tekst) {
        state.tried = data.tekst;
        field.say(`«${data.tekst}» er ikke valgt fra listen. Velg et treff, eller tøm feltet.`);
      }
    },
  };
}

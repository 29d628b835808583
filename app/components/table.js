// A table drawn from the server's data with textContent only; sorting and buttons are sent back as events.
import { el, go } from "./felt_deler.js";

export default function table({ data, parentElement, setTriggerValue }) {
  const send = (event) => setTriggerValue("hendelse", event);
  const focused = parentElement.contains(document.activeElement) ? document.activeElement.dataset.sortering : null;
  const drawn = el("div", { class: "sr-rulle" },
    el("table", { class: "sr-tabell" },
      el("caption", { class: "sr-lese" }, data.tittel),
      el("thead", {}, el("tr", {}, ...data.kolonner.map((column) => heading(data, column, send)))),
      el("tbody", {}, ...data.rader.map(([id, cells]) => el("tr", {}, ...cells.map((value, place) =>
        el("td", { class: data.kolonner[place][2] ? "sr-tall" : null }, ...content(id, value, send))))))));
  parentElement.replaceChildren(drawn);
  if (focused) parentElement.querySelector(`[data-sortering="${focused}"]`)?.focus();
}

function heading({ sortert, synkende }, [title, sorts, number], send) {
  const css = number ? "sr-tall" : null;
  if (!sorts) return el("th", { scope: "col", class: css }, title);
  const order = sortert !== sorts ? "none" : synkende ? "descending" : "ascending";
  const button = el("button", { type: "button", "data-sortering": sorts, class: "sr-sorter" }, title, el("span", { "aria-hidden": "true" }));
  button.addEventListener("click", () => send({ handling: "sorter", kolonne: sorts }));
  return el("th", { scope: "col", class: css, "aria-sort": order }, button);
}

function content(id, value, send) {
  if (typeof value === "string") return [value];
  const parts = [value.lenke ? link(value.lenke, value.tekst) : value.tekst];
  if (value.knapp) {
    const button = el("button", { type: "button", class: "sr-vis" }, value.knapp);
    button.addEventListener("click", () => send({ handling: value.hendelse, id }));
    parts.push(" ", button);
  }
  return parts;
}

function link(href, text) {
  const anchor = el("a", { href, target: "_self" }, text);
  anchor.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(href);
  });
  return anchor;
}

// The head of a form: the patient in one line, the forløp's forms as tabs below. Links are real ones.

import { el, go } from "./felt_deler.js";
import { commentMark, sexMark, statusSymbol } from "./arbeidsliste_symboler.js";

export default function formHead({ data, parentElement }) {
  let root = parentElement._hode;
  if (!root) {
    root = el("header", { class: "sr-hode" });
    root.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      go(link.getAttribute("href"));
    });
    parentElement._hode = root;
    parentElement.append(root);
  }
  const { fakta, faner } = data;
  root.replaceChildren(
    el("p", { class: "sr-pasient" }, el("b", {}, sexMark(fakta), fakta.navn),
      ...(fakta.dod ? [el("span", { class: "sr-dod" }, fakta.dod)] : []),
      ...fakta.detaljer.map(([label, text]) => el("span", {}, label ? el("small", {}, `${label} `) : null, text))),
    el("nav", { class: "sr-faner", "aria-label": "Skjemaene i forløpet" }, ...faner.map(tab)),
  );
  const row = root.querySelector(".sr-faner");
  const chosen = row.querySelector("[aria-current]");
  // On a phone the row is wider than the screen.
  if (chosen) row.scrollLeft = chosen.offsetLeft - row.clientWidth / 2;
  return keepInView(root);
}

const AIR = 8; // px between what has the focus and the head or the bar; room for its ring

// What gets the focus is scrolled to between the head and the bar, however high they are now, and never under them.
function keepInView(head) {
  const scroller = head.closest('[data-testid="stMain"]');
  if (!scroller) return undefined;
  const height = (part) => {
    for (let box = part; box && box !== scroller; box = box.parentElement) {
      if (getComputedStyle(box).position === "sticky") return part.offsetHeight;
    }
    return 0; // it is rolled away with the rest
  };
  const measure = () => {
    const bar = document.querySelector(".sr-linje");
    if (bar) sizes.observe(bar);
    scroller.style.scrollPadding = `${height(head) + AIR}px 0 ${height(bar) + AIR}px`;
  };
  const sizes = new ResizeObserver(measure);
  // The bar is drawn after the head, and is then a part of the page that grows.
  for (const part of [head, scroller, scroller.firstElementChild]) sizes.observe(part);
  return () => {
    sizes.disconnect();
    scroller.style.scrollPadding = "";
  };
}

function tab({ navn, tittel, href, status, kommentar, valgt }) {
  if (!href) {
    return el("span", { class: "sr-fane sr-utenfor", title: `${tittel} hører ikke til forløpet` }, navn, el("span", {}, "–"));
  }
  return el("a", { href, class: "sr-fane", "aria-current": valgt ? "page" : null, title: tittel },
    navn, status !== null ? statusSymbol(status, kommentar) : kommentar ? commentMark() : null);
}

// Small parts that our components build their elements with.

// An element with attributes (null and false are left out) and children (strings become text).
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

// An icon from path data; pure decoration, the text for screen readers stands beside it.
export function icon(paths, size = 16, box = 16) {
  const node = document.createElementNS(SVG, "svg");
  node.setAttribute("viewBox", `0 0 ${box} ${box}`);
  node.setAttribute("width", size);
  node.setAttribute("height", size);
  node.setAttribute("aria-hidden", "true");
  for (const [d, filled] of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    path.setAttribute("class", filled ? "sr-fyll" : "sr-strek");
    node.append(path);
  }
  return node;
}

// To another page of ours without loading everything again, and with one step back. Streamlit listens to the
// browser's history; its own switch_page with a query leaves an extra step there.
let moves = 0;
export const moved = () => moves > 0; // whether the page on the screen was reached so, and not loaded
export function go(href) {
  moves += 1;
  history.pushState(null, "", href);
  dispatchEvent(new PopStateEvent("popstate", { state: null }));
}

// Said aloud by a screen reader; the focus stays where it is.
export function announce(text) {
  const status = document.getElementById("sr-sagt") ?? document.body.appendChild(el("div", { id: "sr-sagt", class: "sr-lese", role: "status" }));
  status.textContent = text;
}

// What may move the page waits while the mouse's button or a finger is down: a click on what has moved away from under it would
// be lost. No longer than a long press, since a button that is let go outside the window says nothing.
const LONGEST_PRESS = 800; // ms
let pressed = 0;
const waiting = [];
export const whenStill = (act) => (pressed ? waiting.push(act) : act());
function released() {
  clearTimeout(pressed);
  pressed = 0;
  for (const act of waiting.splice(0)) act();
}
addEventListener("pointerdown", () => {
  clearTimeout(pressed);
  pressed = setTimeout(released, LONGEST_PRESS);
}, true);
for (const up of ["pointerup", "pointercancel"]) addEventListener(up, () => setTimeout(released), true); // after the click

// What the keyboard reaches first in a question.
export const entry = (question) =>
  question.querySelector("button[tabindex='0'], .sr-svar input:not([tabindex='-1']), .sr-svar button, select, textarea");

// Streamlit's own words that no setting of Streamlit's changes, in Norwegian: most are only heard, by those who use a screen
// reader. Only whole labels that are in this table are changed, so that what the register's users have written never is.

const WORDS = {
  "Skip to main content": "Gå til innholdet",
  Sidebar: "Meny",
  "Collapse sidebar": "Skjul menyen",
  "Expand sidebar": "Vis menyen",
  "Choose an option": "Velg",
  "Select...": "Velg",
  "No results": "Ingen treff",
  "Selectbox options": "Svar",
  Open: "Åpne",
  Close: "Lukk",
  Help: "Hjelp",
  "Show password": "Vis passordet",
  "Hide password": "Skjul passordet",
  "Clear value": "Fjern svaret",
  "Clear entry": "Fjern svaret",
  Increment: "Ett til",
  Decrement: "Ett færre",
  Notifications: "Meldinger",
  "Scrollable table": "Tabell som kan rulles",
  "Scroll tabs left": "Rull fanene til venstre",
  "Scroll tabs right": "Rull fanene til høyre",
  "Link to heading": "Lenke til overskriften",
  Fullscreen: "Fullskjerm",
  "Close fullscreen": "Lukk fullskjerm",
  "Running...": "Arbeider …",
  "Stop script": "Stopp",
};
const WITH_NAME = [
  [/^Help for (.+)$/s, "Hjelp: $1"],
  [/^Remove (.+)$/s, "Fjern $1"],
  [/^Upload (.+)$/s, "Last opp: $1"],
];
const ATTRIBUTES = ["aria-label", "title", "placeholder"];
// Elements of Streamlit's whose text is the word itself.
const TEXTS = '[data-testid="stSkipToContent"], [role="listbox"][data-empty] *';

function norwegian(text) {
  const whole = text.trim();
  if (Object.hasOwn(WORDS, whole)) return WORDS[whole];
  const found = WITH_NAME.find(([pattern]) => pattern.test(whole));
  return found ? whole.replace(...found) : null;
}

function relabel(node, attributes = ATTRIBUTES) {
  for (const name of attributes) {
    const text = node.getAttribute(name);
    const ours = text ? norwegian(text) : null;
    if (ours !== null && ours !== text) node.setAttribute(name, ours);
  }
}

function retext(node) {
  if (node.childNodes.length !== 1 || node.firstChild.nodeType !== Node.TEXT_NODE) return;
  const word = node.firstChild.data.trim();
  // The text node stays the same one: Streamlit has its hand on it.
  if (Object.hasOwn(WORDS, word)) node.firstChild.data = WORDS[word];
}

function translate(root) {
  const every = (selector, change) => {
    if (root.matches(selector)) change(root);
    root.querySelectorAll(selector).forEach((node) => change(node));
  };
  every(ATTRIBUTES.map((name) => `[${name}]`).join(), (node) => relabel(node));
  every(TEXTS, retext);
}

new MutationObserver((changes) => {
  for (const { type, target, attributeName, addedNodes } of changes) {
    if (type === "attributes") relabel(target, [attributeName]);
    else for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) translate(node);
  }
}).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ATTRIBUTES });
translate(document.documentElement);

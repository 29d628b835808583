// Who uses the keyboard stays where they were when what had the focus is taken off the page: a button that becomes a link, a
// line that is deleted, a dialog that closes over what opened it. The forms have rules of their own (skjema.js, form_bar.js),
// which come first.

const STILL = 150; // ms without a change before the focus counts as lost
const PATIENCE = 20; // times that what cannot be used at the moment is waited for
const REACHED = ':is(a[href], button, input, select, textarea, summary, [tabindex="0"]):not(:disabled, [aria-hidden="true"])';
const MENU = '[data-testid="stExpandSidebarButton"], [data-testid="stSidebar"] a';
const OVER = '[role="dialog"], [popover], [role="listbox"]';

let kept = null; // where the focus was last: {node, around, named, nr, address, waited, under}
let timer = 0;
let clicking = false;

const page = () => document.querySelector('[data-testid="stMain"]');
const named = (node) => `${node.tagName} ${node.getAttribute("aria-label") ?? node.textContent.trim()}`;
const alike = (what, tag) => [...(page()?.querySelectorAll(tag) ?? [])].filter((node) => named(node) === what);
const reached = (node) => node.isConnected && node.matches(REACHED) && node.checkVisibility({ visibilityProperty: true });

document.addEventListener("focusin", ({ target: node }) => {
  const over = node.closest(OVER);
  const around = [];
  for (let one = node.parentElement; one; one = one.parentElement) around.push(one);
  const what = named(node);
  kept = {
    node, around, named: what, nr: alike(what, node.tagName).indexOf(node), address: location.pathname, waited: 0,
    // What was used to open the dialog or the list that the focus is in now.
    under: over ? (kept?.node.closest(OVER) === over ? kept.under : kept) : null,
  };
});
// Who clicks beside everything wants the focus nowhere; what is busy for a moment loses it without a click.
document.addEventListener("mousedown", () => {
  clicking = true;
  setTimeout(() => (clicking = false));
}, true);
document.addEventListener("focusout", ({ target, relatedTarget }) => {
  if (relatedTarget) return;
  if (clicking && kept?.node === target) setTimeout(() => reached(target) && document.activeElement === document.body && (kept = null));
  soon();
});

function place({ node, around, named: what, nr, address, under }) {
  if (reached(node)) return node;
  if (under) return place(under);
  // The menu and the button that shows it take each other's place.
  if (!around.includes(page())) return [...document.querySelectorAll(MENU)].find(reached) ?? page();
  if (address === location.pathname) {
    const same = alike(what, node.tagName).filter(reached);
    if (nr >= 0 && same.length) return same[Math.min(nr, same.length - 1)];
    const main = page();
    for (const one of around) {
      if (one === main || !main?.contains(one)) continue;
      const near = one.isConnected && [...one.querySelectorAll(REACHED)].find(reached);
      if (near) return near;
    }
  }
  const heading = page()?.querySelector("h1") ?? page();
  if (heading !== page()) heading.tabIndex = -1;
  return heading;
}

function found() {
  if (!kept || document.activeElement !== document.body) return;
  // What is only busy comes back.
  const busy = kept.node.isConnected && kept.node.disabled && (kept.waited += 1) < PATIENCE;
  if (busy || document.querySelector('[data-test-script-state="running"]')) {
    soon();
    return;
  }
  place(kept).focus({ preventScroll: true });
  document.activeElement.scrollIntoView({ block: "nearest" });
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(found, STILL);
}

new MutationObserver(() => kept && document.activeElement === document.body && soon())
  .observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled", "hidden", "style", "class"] });

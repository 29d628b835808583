// The bar at the bottom of a form. An event carries the number of the bar it was sent from, so that a double click
// is one click. Problems are links to their fields, and are ticked off as the fields change.

import { el, entry, go } from "./felt_deler.js";
import { give, settled } from "./svar.js";

const ON_ITS_WAY = "Endret …"; // until the server has the answer
const NO_CONTACT = "Endret – venter på kontakt med tjeneren";
const AGAIN = 5000; // ms before a click that nothing has been heard of is sent again
const WRONG = "Feil: "; // first in the page's title while something is wrong
const NOT_SENT = "Ingenting ble gjort: svarene er ikke kommet fram ennå. De står i skjemaet, og sendes så snart tjeneren svarer.";

export default function formBar({ data, parentElement, setTriggerValue }) {
  let bar = parentElement._linje;
  if (!bar) {
    bar = build(parentElement);
    parentElement._linje = bar;
  }
  // The server does each click once. One that it has not dealt with (the line was down, or its run was cut off) is sent again.
  bar.send = (event, nr = bar.nr) => {
    clearTimeout(bar.again);
    if (nr !== bar.nr) return;
    setTriggerValue("hendelse", { ...event, nr });
    bar.again = setTimeout(() => bar.root.isConnected && bar.send(event, nr), AGAIN);
  };
  show(bar, data);
  const heard = { "sr-endret": bar.changed, "sr-mottatt": bar.kept, "sr-venter": bar.waits, "sr-avvist": bar.refused };
  for (const [event, listener] of Object.entries(heard)) document.addEventListener(event, listener);
  return () => {
    for (const [event, listener] of Object.entries(heard)) document.removeEventListener(event, listener);
  };
}

function build(parent) {
  const bar = { nr: null, sent: null, gone: null, waiting: false };
  const button = (text, style, act) => {
    const node = el("button", { type: "button", class: `sr-knapp ${style}` }, text);
    node.addEventListener("click", act);
    // What the field that is left says of its answer may move the bar away from under the pointer.
    node.addEventListener("pointerdown", (event) => node.setPointerCapture(event.pointerId));
    return node;
  };
  // What the button does is done with every answer that was given before the click.
  const act = async (event) => {
    if (bar.sent === bar.nr) return;
    bar.sent = bar.nr;
    bar.acted = document.activeElement?.closest?.(".sr-linje") ? document.activeElement : bar.save;
    busy(bar, true);
    if (await settled()) return bar.send(event());
    bar.sent = null;
    busy(bar, false);
    bar.message.textContent ||= NOT_SENT;
  };
  bar.save = button("Lagre", "sr-hoved", () => act(() => ({ handling: "lagre", ferdigstill: bar.complete.checked })));
  bar.previous = button("‹ Forrige", "", () => act(() => ({ handling: "forrige" })));
  bar.next = button("Neste ›", "", () => act(() => ({ handling: "neste", ferdigstill: bar.complete.checked })));
  bar.correct = button("Rett skjema", "", () => act(() => ({ handling: "rett" })));
  bar.complete = el("input", { type: "checkbox" });
  bar.box = el("label", { class: "sr-ferdig" }, bar.complete, "Ferdigstille skjema?");
  bar.state = el("span", { class: "sr-lagretilstand", role: "status" });
  bar.comment = button("Internkommentar", "", () => openComment(bar));
  buildComment(bar, button, act);
  bar.message = el("p", { class: "sr-melding", role: "alert" });
  bar.quiet = el("p", { class: "sr-melding sr-rolig", role: "status" });
  bar.heading = el("h2", {});
  bar.list = el("ul");
  bar.missing = el("section", { class: "sr-mangler", role: "alert", tabindex: "-1" }, bar.heading, bar.list);
  bar.root = el("div", { class: "sr-linje" }, bar.missing, bar.message, bar.quiet,
    el("div", { class: "sr-rad" }, bar.save, bar.previous, bar.next, bar.box, bar.correct, bar.state, el("span", { class: "sr-luft" }), bar.comment),
    bar.popup);
  bar.changed = (event) => {
    if (event.target.closest("[role=dialog]")) return; // what a dialog asks for is no answer of the form
    bar.waiting = bar.saving;
    if (bar.waiting) bar.state.textContent = ON_ITS_WAY;
    for (const item of bar.list.children) {
      if (item.dataset.gjelder && event.target.closest(element(item.dataset.gjelder))) item.toggleAttribute("data-endret", true);
    }
  };
  bar.kept = ({ detail }) => {
    bar.waiting = false;
    if (detail) says(bar, detail);
    else if (bar.state.textContent === ON_ITS_WAY) bar.state.textContent = bar.unkept || "Endret – utkastet er beholdt";
  };
  bar.waits = ({ detail }) => {
    bar.state.textContent = NO_CONTACT;
    if (detail.melding) bar.message.textContent = detail.melding;
  };
  bar.refused = ({ detail }) => {
    bar.message.textContent = detail.melding;
  };
  parent.append(bar.root);
  return bar;
}

// The text in the field is the user's own until it is saved: neither a colleague's version nor a refusal takes it away.
function buildComment(bar, button, act) {
  Object.assign(bar, { base: 0, stored: "", commentSent: false, given: null });
  bar.text = el("textarea", { class: "sr-inn", rows: 5, "aria-label": "Internkommentar" });
  bar.text.addEventListener("change", () => keepComment(bar));
  bar.by = el("p", {});
  bar.refusal = el("p", { class: "sr-melding", role: "alert" });
  bar.theirs = el("blockquote", { "aria-label": "Lagret kommentar" });
  bar.take = button("Behold den lagrede", "", () => {
    bar.text.value = bar.stored;
    keepComment(bar);
    refuse(bar, "");
    bar.popup.hidePopover();
  });
  bar.earlier = el("ul", {});
  bar.history = el("details", {}, el("summary", {}, "Tidligere versjoner"), bar.earlier);
  const send = button("Lagre kommentar", "sr-hoved", () => {
    bar.commentSent = true;
    bar.popup.hidePopover();
    act(() => ({ handling: "kommentar", tekst: bar.text.value, versjon: bar.base }));
  });
  bar.popup = el("div", { popover: "auto", class: "sr-kommentar" }, el("b", {}, "Internkommentar"), bar.by, bar.refusal, bar.theirs,
    bar.text, el("div", { class: "sr-rad" }, send, bar.take), bar.history);
  bar.popup.addEventListener("toggle", () => labelComment(bar));
}

// What is typed is an answer, kept in the user's draft until the comment is saved.
function keepComment(bar) {
  if (bar.text.value === (bar.given ?? bar.stored)) return;
  bar.given = bar.text.value;
  give(bar.commentId, { tekst: bar.text.value, versjon: bar.base });
}

function showComment(bar, { id, versjoner, skrevet, avslag, mitt }, fresh) {
  bar.commentId = id;
  const [number, text, by, when] = versjoner.at(-1) ?? [0, "", "", ""];
  bar.by.textContent = number ? `${text ? "Sist endret" : "Slettet"} av ${by}, ${when}` : "Bare til intern bruk. Blir ikke eksportert.";
  if (fresh) {
    const untouched = bar.text.value.trim() === bar.stored.trim();
    // What is typed and not sent was written from an older version; saving it asks.
    if (avslag || untouched || bar.commentSent) {
      bar.text.value = avslag ? mitt : text;
      bar.base = number;
      bar.stored = text;
      bar.given = null;
      if (skrevet && !avslag && !bar.commentSent) {
        [bar.base, bar.text.value] = skrevet;
        bar.given = bar.text.value;
      }
    }
    refuse(bar, avslag);
    if (avslag && bar.commentSent) openComment(bar);
    bar.commentSent = false;
  }
  bar.history.hidden = versjoner.length < 2;
  bar.earlier.replaceChildren(...versjoner.slice(0, -1).reverse().map(([nr, told, who, at]) =>
    el("li", {}, el("p", {}, `${nr}. ${who}, ${at}`), el("div", {}, told || "Slettet"))));
  labelComment(bar);
}

function refuse(bar, sentence) {
  bar.refusal.textContent = sentence;
  bar.refusal.hidden = bar.theirs.hidden = bar.take.hidden = !sentence;
  bar.theirs.textContent = bar.stored || "Kommentaren er slettet.";
}

function labelComment(bar) {
  const unsaved = bar.text.value.trim() !== bar.stored.trim();
  bar.comment.textContent = unsaved ? "Internkommentar – ikke lagret" : bar.stored ? "Internkommentar ●" : "Internkommentar";
}

function busy(bar, on) {
  // Not «disabled», which would take the focus from the button that was just used.
  for (const node of [bar.save, bar.previous, bar.next, bar.correct]) node.setAttribute("aria-disabled", String(on));
}

function show(bar, data) {
  const fresh = data.nr !== bar.nr;
  bar.nr = data.nr;
  bar.saving = data.kan_lagre;
  if (fresh) {
    bar.sent = null;
    // Who is told what is missing has still asked for the form to be completed.
    if (!data.mangler.length) bar.complete.checked = false;
  }
  busy(bar, bar.sent === bar.nr);
  bar.save.hidden = !data.kan_lagre;
  bar.box.hidden = !data.ferdigboks;
  bar.correct.hidden = !data.kan_rette;
  bar.previous.hidden = !data.forrige;
  bar.next.hidden = !data.neste;
  bar.next.title = data.neste ?? "";
  bar.previous.title = data.forrige ?? "";
  // What the server says may be about an earlier answer than the one on its way.
  bar.waiting &&= !fresh;
  bar.unkept = data.ikke_holdt;
  const acted = fresh && bar.acted;
  says(bar, data, fresh);
  showComment(bar, data.kommentar, fresh);
  if (acted) follow(bar, data);
  if (data.gaa && bar.gone !== data.nr) {
    bar.gone = data.nr;
    go(data.gaa);
  }
}

// After a click in the bar the focus goes to what is wrong, or stays; a button that is gone gives it to the one in its place.
function follow(bar, data) {
  const left = bar.acted;
  bar.acted = null;
  if (data.gaa) return;
  if (data.mangler.length) bar.missing.focus();
  else if (left.hidden) (bar.correct.hidden ? bar.next.hidden ? bar.previous : bar.next : bar.correct).focus();
  else if (document.activeElement === document.body) left.focus();
}

// What the bar says of the answers. What was wrong when the user tried to save stays in the list, ticked off when it is
// mended, until the next try.
function says(bar, data, fresh) {
  if (!bar.waiting) bar.state.textContent = data.tilstand;
  bar.message.textContent = data.melding;
  bar.quiet.textContent = data.rolig;
  const left = new Set(data.mangler.map(([, text]) => text));
  const items = [...bar.list.children];
  if (!fresh && items.length && [...left].every((text) => items.some((item) => item.textContent === text))) {
    for (const item of items) item.toggleAttribute("data-endret", !left.has(item.textContent));
    return;
  }
  const appeared = bar.missing.hidden && data.mangler.length;
  bar.missing.hidden = !data.mangler.length;
  document.title = `${data.mangler.length ? WRONG : ""}${document.title.replace(WRONG, "")}`;
  bar.heading.textContent = data.mangler.length === 1 ? "Ett svar må rettes" : `${data.mangler.length} svar må rettes`;
  bar.list.replaceChildren(...data.mangler.map(([field, text]) => problem(field, text)));
  if (appeared && document.activeElement === document.body) bar.missing.focus();
}

const element = (field) => `[data-felt="${field}"], .st-key-${field}`;

function problem(field, text) {
  const link = el("button", { type: "button" }, text);
  link.addEventListener("click", () => {
    const target = document.querySelector(element(field));
    if (!target) return;
    target.scrollIntoView({ block: "center" });
    entry(target)?.focus({ preventScroll: true });
  });
  return el("li", { "data-gjelder": field }, field ? link : text);
}

function openComment(bar) {
  if (bar.refusal.textContent) bar.popup.showPopover();
  else bar.popup.togglePopover();
  const at = bar.comment.getBoundingClientRect();
  const box = bar.popup.getBoundingClientRect();
  bar.popup.style.left = `${Math.max(12, Math.min(at.left, innerWidth - box.width - 12))}px`;
  bar.popup.style.top = `${Math.max(12, at.top - box.height - 8)}px`;
  bar.text.focus();
}

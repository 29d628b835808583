// The questions of an open form: cards with questions, those that depend on an answer a step in under it. Elements are
// built once and then brought in step with what the server says; what is newer on the screen than that stays.

import { announce, el, entry, moved, whenStill } from "./felt_deler.js";
import { build, show } from "./felt_en.js";
import { close, commitTyped, give, isAwaited, note, open, pending } from "./svar.js";

let last = null; // the form that was shown last in this page

export default function skjema({ data, parentElement, setStateValue }) {
  let form = parentElement._skjema;
  if (!form) {
    form = { runs: [], rev: 0, cards: new Map(), fields: new Map(), mine: new Set(), root: el("div", { class: "sr-skjema" }) };
    parentElement._skjema = form;
    parentElement.append(form.root);
  }
  // A value and not a trigger: one that comes together with a click in the bar must not take its place.
  form.redraw = () => setStateValue("tegn", Date.now());
  form.tell ??= (told) => whenStill(() => take(form, told));
  form.shows = data.viser;
  open(data.sted, form.tell);
  take(form, data);
  begin(form, data.sted);
  // The page itself says who is signed out or shut out, and where to go.
  form.refused ??= ({ detail }) => detail.stengt && form.redraw();
  document.addEventListener("sr-avvist", form.refused);
  return () => {
    document.removeEventListener("sr-avvist", form.refused);
    close(form.tell);
    commitTyped();
    for (const field of form.fields.values()) field.help.hidePopover?.();
  };
}

// Who comes from another form or page goes on with the first question that is not answered. A page that was just loaded is
// read from its top.
function begin(form, place) {
  const here = `${place.forlop}:${place.skjema}`;
  const from = last;
  last = here;
  const begun = form.begun === here;
  form.begun = here;
  if (begun || (from === null && !moved()) || document.activeElement?.closest?.("input, textarea, dialog")) return;
  if (from === here && document.activeElement !== document.body) return;
  const asked = [...form.fields.values()].filter((field) => field.last.paakrevd && !field.last.laast);
  const blank = (verdi) => verdi === null || (typeof verdi === "object" && !Object.values(verdi).some(Boolean));
  const first = asked.find(({ last: { verdi, forslag } }) => blank(verdi) && !forslag?.staar) ?? asked[0];
  if (first) entry(first.root)?.focus();
}

function take(form, told) {
  // What was drawn before the last answer is older than what that answer said, and so is all that an earlier reading of the
  // form says.
  if (told.run === form.runs.at(-1) ? told.rev < form.rev : form.runs.includes(told.run)) return;
  if (told.run !== form.runs.at(-1)) form.runs.push(told.run);
  form.rev = told.rev;
  note(told.rev, told.versjon);
  form.data = { ...form.data, ...told.felt };
  const left = document.activeElement?.closest?.(".sr-felt");
  const card = left?.closest(".sr-diagnose, .sr-kort");
  const before = form.begun && new Map([...form.fields].map(([id, field]) => [id, field.last]));
  // Of a form in several places each element shows its own cards.
  const mine = told.kort.filter((one) => !form.shows || form.shows.includes(one.id));
  arrange(form, mine);
  const done = told.sagt !== form.said && told.sagt;
  form.said = told.sagt;
  const said = done || (before && changes(form, before, mine));
  if (said) announce(said);
  // A question that is gone leaves the focus where the user was.
  if (left && !left.isConnected && card?.isConnected) entry(card)?.focus();
  if (told.tegn && !isAwaited()) form.redraw();
}

// What an answer changed elsewhere is seen by who sees, and told to who hears: questions that came or went, and answers that
// were filled in.
function changes(form, before, cards) {
  const ids = cards.flatMap((card) => card.felt.map(([id]) => id));
  const named = (label) => label.replace(/[?:\s]+$/, "");
  const came = ids.filter((id) => !before.has(id)).map((id) => named(form.data[id].ledetekst)).filter(Boolean);
  const went = [...before].filter(([id]) => !form.fields.has(id)).map(([, data]) => named(data.ledetekst)).filter(Boolean);
  const filled = ids.filter((id) => !form.mine.has(id) && before.has(id) && form.data[id].valg)
    .map((id) => [form.data[id], before.get(id).verdi])
    .filter(([now, then]) => now.verdi !== null && then === null)
    .map(([now]) => `${named(now.ledetekst)}: ${now.valg.find(([code]) => code === now.verdi)?.[1] ?? ""}`);
  const said = [["Nå spørres det også om", came], ["Det spørres ikke lenger om", went], ["Fylt ut", filled]];
  return said.filter(([, what]) => what.length).map(([words, what]) => `${words}: ${what.join(", ")}.`).join(" ");
}

function arrange(form, cards) {
  const shown = new Set();
  put(form.root, cards.map((card) => section(form, card, shown)));
  for (const [id, field] of form.fields) if (!shown.has(id)) drop(form, id, field);
}

function section(form, card, shown) {
  let box = form.cards.get(card.id);
  if (!box) {
    box = el("section", { class: "sr-kort", "data-kort": card.id });
    form.cards.set(card.id, box);
  }
  const heading = card.tittel ? [question(form, card.tittel, shown)] : [];
  put(box, [...heading, ...nested(form, card.felt, 0, shown)]);
  return box;
}

// The elements of one level; those that follow at a deeper level stand in a frame of their own.
function nested(form, placed, level, shown) {
  const found = [];
  let at = 0;
  while (at < placed.length) {
    const [id, deep, group] = placed[at];
    const inner = (one) => (deep > level ? one[1] > level : group && one[2] === group);
    if (deep <= level && !group) {
      found.push(question(form, id, shown));
      at += 1;
      continue;
    }
    const begin = at;
    while (at < placed.length && inner(placed[at])) at += 1;
    // The frame is that of the question above it, whichever question comes first in it.
    const frame = framed(form, deep > level ? `inn-${found.at(-1)?.dataset.felt ?? id}` : `gruppe-${group}`, deep > level ? "sr-innrykk" : `sr-${group}`);
    const rest = placed.slice(begin, at);
    put(frame, deep > level ? nested(form, rest, level + 1, shown) : rest.map(([one]) => question(form, one, shown)));
    found.push(frame);
  }
  return found;
}

function framed(form, key, style) {
  form.frames ??= new Map();
  if (!form.frames.has(key)) form.frames.set(key, el("div", { class: style }));
  return form.frames.get(key);
}

function question(form, id, shown) {
  const data = form.data[id];
  let field = form.fields.get(id);
  if (field && field.kind !== data.slag) {
    drop(form, id, field);
    field = undefined;
  }
  if (!field) {
    field = build(data, (value, text) => {
      form.mine.add(id);
      give(id, value, text);
    });
    field.root.dataset.felt = id;
    form.fields.set(id, field);
  }
  shown.add(id);
  // What is newer on the screen than the data stays; a field that was just made has nothing on the screen yet.
  const late = pending(id) && field.last !== undefined;
  if (field.last !== data || late || field.late) show(field, data, late);
  field.last = data;
  field.late = late;
  return field.root;
}

function drop(form, id, field) {
  field.root.remove();
  form.fields.delete(id);
}

// The children in this order. Those that stand right are not moved, so that the focus stays.
function put(parent, wanted) {
  const stays = new Set(wanted);
  for (const node of [...parent.children]) if (!stays.has(node)) node.remove();
  let at = parent.firstChild;
  for (const node of wanted) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
}

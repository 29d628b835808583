// The symbols of the arbeidsliste. Each state has a shape of its own, and words for screen readers.

import { el, icon } from "./felt_deler.js";

const STATUS = {
  "-1": ["tom", "ny, tom registrering", [["M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11", false]]],
  0: ["halv", "under utfylling", [["M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11", false], ["M8 2.5a5.5 5.5 0 0 0 0 11z", true]]],
  1: ["laast", "ferdigstilt", [["M3.5 7.5h9v6h-9z", true], ["M5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2", false]]],
};
const CONSENT = {
  ja: ["Ja", [["M3 8.5l3.2 3.2L13 5", false]]],
  nei: ["Nei", [["M4 4l8 8M12 4l-8 8", false]]],
  venter: ["Venter", [["M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M8 5v3l2 1.5", false]]],
  ikke_aktuelt: ["Ikke aktuelt", [["M4 8h8", false]]],
  reservasjon: ["Reservasjon", [["M8 2.2l5 2v4c0 3-2.2 5-5 5.6c-2.8-.6-5-2.6-5-5.6v-4z", false]]],
  trukket: ["Trukket", [["M6 4L2.5 7.5L6 11M2.5 7.5h7a3.5 3.5 0 0 1 0 6H8", false]]],
};
const WOMAN = [["M8 1.6a2.2 2.2 0 1 0 0 4.4a2.2 2.2 0 1 0 0-4.4M8 6.8L4 13h8zM6.8 13v2.4M9.2 13v2.4", false]];
const MAN = [["M8 1.6a2.2 2.2 0 1 0 0 4.4a2.2 2.2 0 1 0 0-4.4M4.8 7h6.4v4.2h-1.4v4.2H6.2v-4.2H4.8z", false]];
const CHILD = [["M8 4.4a2 2 0 1 0 0 4a2 2 0 1 0 0-4M8 8.4v3.4M4.8 9.8h6.4M8 11.8l-1.9 3.4M8 11.8l1.9 3.4", false]];
const HISTORY = [["M3 5.2A5.7 5.7 0 1 1 2.4 9M3 2v3.4h3.4M8 4.8V8l2.2 1.4", false]];
// ePROM: each state its own star. A crossed one, an empty one, one on its way, one that came back.
const STAR = "M8 2.2l1.8 3.6 4 .6-2.9 2.8.7 4L8 11.3l-3.6 1.9.7-4L2.2 6.4l4-.6z";
const EPROM = {
  ikke_mulig: ["kan ikke sendes: samtykke mangler", [[STAR, false], ["M2.5 13.5l11-11", false]]],
  tilgjengelig: ["ePROM er tilgjengelig", [[STAR, false]]],
  bestilt: ["ePROM er bestilt og sendt ut", [["M1.8 8.2L14.2 2.5l-3.6 11-3-4.4z", false], ["M7.6 9.1l6.6-6.6", false]]],
  utfylt: ["utfylt og låst", [[STAR, true]]],
};
const NOTE = [["M2.5 3h11v7.5h-6l-3 2.5v-2.5h-2z", true]];

export const trash = () => icon([["M3 4.5h10M6.3 4.5v-2h3.4v2M4.3 4.5l.6 9h6.2l.6-9", false]], 14);
export const cog = () => icon([["M6.9 1.8h2.2l.4 1.7 1.2.5 1.5-.9 1.5 1.6-.8 1.5.4 1.2 1.7.4v2l-1.7.5-.5 1.2.9 1.5-1.6 1.5-1.5-.8-1.1.4-.5 1.7H6.9l-.4-1.7-1.2-.5-1.5.9-1.5-1.6.8-1.5-.4-1.2L1 9.4v-2l1.7-.5.5-1.2-.9-1.5 1.6-1.5 1.5.8 1.1-.4zM8 5.8a2.3 2.3 0 1 0 0 4.6a2.3 2.3 0 1 0 0-4.6", false]], 16);
export const printer = () => icon([["M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4h-7z", false]], 15);
const WITH_COMMENT = ", har internkommentar";
const hidden = (text) => el("span", { class: "sr-lese" }, text);

function who(row) {
  if (row.barn) return ["barn", CHILD];
  return { 1: ["mann", MAN], 2: ["kvinne", WOMAN] }[row.kjonn] ?? ["kjønn ukjent", MAN];
}

export function sexMark(row) {
  const sign = { 1: "♂", 2: "♀" }[row.kjonn];
  if (!sign) return null;
  return el("span", { class: "sr-kjonn", title: { 1: "mann", 2: "kvinne" }[row.kjonn], "aria-hidden": "true" }, sign);
}

export function consent(row) {
  const [text, paths] = CONSENT[row.samtykke] ?? ["", []];
  return el("span", { class: `sr-samtykke sr-${row.samtykke}` }, icon(paths, 14), text);
}

// A real link, so that the middle button and «open in new tab» work; arbeidsliste.js catches a plain click.
function link(href, handling, label, symbol) {
  return el("a", { href, "data-handling": handling, title: label, class: "sr-symbol" }, symbol, hidden(label));
}

export function poLink(row) {
  const [word, symbol] = who(row);
  const href = `/personopplysninger?pasient=${row.pasient_id}&forlop=${row.forlop_id}`;
  const label = `Personopplysninger (PO), ${row.navn}, ${word}${row.po_kommentar ? WITH_COMMENT : ""}`;
  return link(href, "po", label, el("span", { class: "sr-status" }, icon(symbol, 18), row.po_kommentar ? icon(NOTE, 9) : null));
}

export function historyLink(row) {
  return link(`/pasienthistorikk?pasient=${row.pasient_id}`, "historikk", `Pasienthistorikk, ${row.navn}`, icon(HISTORY, 16));
}

export function formLink(row, id, name) {
  const form = row.skjema[id];
  if (!form || form.status === null || form.status === undefined) {
    return el("span", { class: "sr-utenfor", title: "Hører ikke til forløpet" }, "–", hidden("hører ikke til forløpet"));
  }
  const label = `${name}: ${STATUS[form.status][1]}${form.kommentar ? WITH_COMMENT : ""}`;
  const symbol = statusSymbol(form.status, form.kommentar, false);
  const open = link(`/skjema?forlop=${row.forlop_id}&skjema=${id}`, "skjema", label, symbol);
  return form.eprom ? el("span", { class: "sr-par" }, open, eprom(row, id, name, form)) : open;
}

// The star of a patient form. What it says is the state in words, or the longer sentence of the form.
function eprom(row, id, name, form) {
  const [words, paths] = EPROM[form.eprom];
  const label = `${name}: ${form.tekst || words}`;
  return el("button", { type: "button", class: `sr-stjerne sr-eprom-${form.eprom}${form.varsel ? " sr-varsel" : ""}`,
    "data-handling": "stjerne", "data-skjema": id, title: label, "aria-label": `${label} ${row.navn}` }, icon(paths, 16));
}

// The mark alone, where the form has no status (PO).
export const commentMark = () => el("span", { class: "sr-notat" }, icon(NOTE, 9), hidden(WITH_COMMENT));

// The symbol of a form's status, with the mark of a comment; `spoken` adds the words for screen readers.
export function statusSymbol(status, comment, spoken = true) {
  const [style, words, paths] = STATUS[status];
  const symbol = el("span", { class: `sr-status sr-${style}` }, icon(paths, spoken ? 15 : 18));
  if (comment) symbol.append(icon(NOTE, 9));
  if (spoken) symbol.append(hidden(`: ${words}${comment ? WITH_COMMENT : ""}`));
  return symbol;
}

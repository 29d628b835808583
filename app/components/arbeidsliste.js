// The arbeidsliste and Pasientregistreringer: filters and sorts in the browser, draws only as many rows as one sees at first.

import { el, go, icon } from "./felt_deler.js";
import { asked, folding } from "./navn.js";
import { cog, formLink, historyLink, poLink, sexMark, consent, trash, printer } from "./arbeidsliste_symboler.js";

const FIRST = 40; // rows drawn at once; the rest follow while the browser has nothing to do
const DAYS_OPEN = 14;
const FILTERS = [
  ["venter", "Venter på samtykke", (row) => row.samtykke === "venter"],
  ["gamle", `Åpne over ${DAYS_OPEN} dager`, (row) => row.dager_aapen > DAYS_OPEN],
  ["mine", "Mine", (row) => row.mine],
  ["varsel", "Ikke sendt", (row) => Object.values(row.skjema).some((form) => form.varsel)],
];
const COLUMNS = [
  ["navn", "Pasient", (row) => row.navn],
  ["samtykke", "Samtykke", (row) => ["ja", "venter", "nei", "trukket", "ikke_aktuelt"].indexOf(row.samtykke)],
  // The register lists the newest first, those without a startdato before them, and decides that alone.
  ["startdato", "Startdato", (row) => -row._plass],
  ["lokasjon", "Lokasjon", (row) => row.lokasjon],
  ["avdeling", "Avdeling", (row) => row.avdeling],
];
const norwegian = new Intl.Collator("nb", { numeric: true });
// Kept while the page lives, so that who comes back from a form finds each list as it was left.
const remembered = {};
const fresh = () => ({ search: "", filters: new Set(), sort: "startdato", down: true, scroll: 0 });

export default function arbeidsliste({ key, data, parentElement, setTriggerValue }) {
  let list = parentElement._arbeidsliste;
  if (!list) {
    list = build(parentElement, (remembered[data.navn] ??= fresh()), data);
    parentElement._arbeidsliste = list;
  }
  list.send = (event) => setTriggerValue("hendelse", event);
  list.data = data;
  list.folded ??= folding(data.folding);
  list.drawn = new Map();
  heading(list);
  draw(list);
  if (list.state.scroll) {
    rest(list);
    scroller(list).scrollTop = list.state.scroll;
    list.state.scroll = 0;
  }
  return () => removeEventListener("beforeprint", list.beforePrint);
}

function build(parent, state, data) {
  const list = { state };
  list.search = el("input", { type: "search", placeholder: "Søk etter navn, fødselsdato, avdeling …",
    "aria-label": `Søk i ${data.navn}`, autocomplete: "off" });
  list.search.value = state.search;
  list.search.addEventListener("input", () => {
    state.search = list.search.value;
    draw(list);
  });
  const filters = FILTERS.filter(([id]) => data.filtre.includes(id)).map(([id, text]) => {
    const button = el("button", { type: "button", class: "sr-filter", "aria-pressed": String(state.filters.has(id)) }, text);
    button.addEventListener("click", () => {
      if (!state.filters.delete(id)) state.filters.add(id);
      button.setAttribute("aria-pressed", String(state.filters.has(id)));
      draw(list);
    });
    return button;
  });
  list.count = el("span", { class: "sr-antall", "aria-live": "polite" });
  const print = el("button", { type: "button", class: "sr-knapp" }, printer(), "Skriv ut");
  print.addEventListener("click", () => {
    rest(list);
    window.print();
  });
  list.said = el("p", { class: "sr-utvalg" });
  list.head = el("tr");
  list.body = el("tbody");
  list.empty = el("p", { class: "sr-tomt" });
  list.body.addEventListener("click", (event) => clicked(list, event));
  list.root = el("div", { class: "sr-liste" },
    el("div", { class: "sr-verktoy" }, list.search, ...filters, list.count, el("span", { class: "sr-luft" }), print,
      ...(data.pasientskjema ? [] : [pdf(list, data.nokkel.navn), newPatient()])),
    list.said,
    el("table", {}, el("thead", {}, list.head), list.body), list.empty);
  parent.append(list.root);
  list.beforePrint = () => {
    rest(list);
    list.said.textContent = selection(list);
  };
  addEventListener("beforeprint", list.beforePrint);
  return list;
}

// A form and no link: what was searched for may be a name, and may not stand in an address.
function pdf(list, keyName) {
  const form = el("form", { method: "post", action: "/utskrift/arbeidsliste", target: "_blank", rel: "noopener" },
    ...[keyName, "forlop", "utvalg"].map((name) => el("input", { type: "hidden", name })),
    el("button", { class: "sr-knapp" }, "PDF", el("span", { class: "sr-lese" }, " av det som vises, åpnes i ny fane")));
  form.addEventListener("submit", () => {
    form.elements[keyName].value = list.data.nokkel.verdi;
    form.elements.forlop.value = list.rows.map((row) => row.forlop_id).join(",");
    form.elements.utvalg.value = selection(list);
  });
  return form;
}

// What is shown, in words, for who reads it on paper.
function selection({ state }) {
  const search = state.search.trim();
  const parts = [...(search ? [`søk «${search}»`] : []),
    ...FILTERS.filter(([id]) => state.filters.has(id)).map(([, text]) => text)];
  const column = COLUMNS.find(([id]) => id === state.sort)[1].toLocaleLowerCase("nb");
  return `${parts.length ? `Utvalg: ${parts.join(", ")}.` : "Hele listen."} Sortert på ${column}, ${
    state.down ? "synkende" : "stigende"}.`;
}

function newPatient() {
  const link = el("a", { href: "/ny_registrering", class: "sr-knapp sr-hoved" }, "+ Ny registrering");
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go("/ny_registrering");
  });
  return link;
}

function heading(list) {
  const { state, data } = list;
  const sortable = COLUMNS.map(([id, text]) => {
    const button = el("button", { type: "button" }, text, el("span", { "aria-hidden": "true" }));
    button.addEventListener("click", () => {
      state.down = state.sort === id ? !state.down : false;
      state.sort = id;
      heading(list);
      draw(list);
      list.head.querySelector(`[data-kolonne="${id}"] button`).focus();
    });
    const order = state.sort !== id ? "none" : state.down ? "descending" : "ascending";
    return el("th", { scope: "col", "aria-sort": order, "data-kolonne": id }, button);
  });
  list.head.replaceChildren(
    ...sortable,
    el("th", { scope: "col", class: "sr-midt sr-po" }, "PO"),
    ...data.skjemaer.map(([, text]) => el("th", { scope: "col", class: "sr-midt" }, text)),
    ...(data.kan_slette ? [el("th", { scope: "col" }, el("span", { class: "sr-lese" }, "Slett"))] : []),
    data.pasientskjema ? el("th", { scope: "col", class: "sr-midt" }, el("span", { class: "sr-lese" }, "Tannhjul"))
      : el("th", { scope: "col", class: "sr-utskrift" }, "Kommentar B 2.2"),
  );
}

function chosen({ data, state, folded }) {
  const typed = state.search.toLocaleLowerCase("nb").split(/\s+/).filter(Boolean);
  const words = asked(typed, data.folding).map((ways, place) => [typed[place], folded(typed[place]) ? ways.map(folded) : []]);
  const active = FILTERS.filter(([id]) => state.filters.has(id));
  const column = COLUMNS.find(([id]) => id === state.sort)[2];
  const rows = data.rader.filter((row, plass) => {
    row._plass = plass;
    row._ord ??= [row.navn, row.fnr ?? row.fnr_maskert, norsk(row.startdato), row.lokasjon, row.avdeling, row.forlop_id]
      .join(" ").toLocaleLowerCase("nb");
    const fits = ([word, ways]) => row._ord.includes(word) || ways.some((way) => row.navnedeler.some((part) => part.startsWith(way)));
    return words.every(fits) && active.every(([, , holds]) => holds(row));
  });
  const order = (a, b) => {
    const [x, y] = [column(a), column(b)];
    return typeof x === "number" ? x - y : norwegian.compare(x ?? "", y ?? "");
  };
  // Equal rows keep the register's order: the sort is stable.
  return rows.sort((a, b) => (state.down ? order(b, a) : order(a, b)));
}

function draw(list) {
  list.rows = chosen(list);
  list.count.textContent = list.rows.length === list.data.rader.length
    ? `${list.rows.length} forløp` : `${list.rows.length} av ${list.data.rader.length} forløp`;
  list.empty.textContent = list.rows.length ? ""
    : list.data.rader.length ? "Ingen forløp passer til søket." : list.data.tomt;
  list.body.replaceChildren(...list.rows.slice(0, FIRST).map((row) => line(list, row)));
  window.cancelIdleCallback?.(list.waiting);
  list.waiting = (window.requestIdleCallback ?? setTimeout)(() => rest(list));
}

const scroller = (list) => list.root.closest('[data-testid="stMain"]') ?? document.scrollingElement;

function rest(list) {
  const have = list.body.children.length;
  if (have < list.rows.length) list.body.append(...list.rows.slice(have).map((row) => line(list, row)));
}

function norsk(iso) {
  return iso ? iso.split("-").reverse().join(".") : "";
}

function line(list, row) {
  if (!list.drawn.has(row.forlop_id)) list.drawn.set(row.forlop_id, drawLine(list.data, row));
  return list.drawn.get(row.forlop_id);
}

function drawLine(data, row) {
  const show = row.fnr ? null : el("button", { type: "button", class: "sr-lenke", "data-handling": "vis",
    "aria-label": `Vis fødselsnummeret til ${row.navn}` }, "vis");
  const pencil = el("button", { type: "button", class: "sr-blyant", "data-handling": "blyant",
    "aria-label": `Endre avdeling for ${row.navn}` }, icon([["M2.5 13.5l.7-3L10.8 3l2.3 2.3-7.6 7.5z", false]], 14));
  const tr = el("tr", {},
    el("th", { scope: "row" }, el("span", { class: "sr-navn" }, sexMark(row), row.navn),
      el("span", { class: "sr-alder" }, row.alder === null || row.alder === undefined ? "" : `${row.alder} år`),
      row.dod ? el("span", { class: "sr-dod" }, row.dod) : null,
      el("span", { class: "sr-fnr" }, row.fnr ?? row.fnr_maskert ?? "", show)),
    el("td", {}, consent(row)),
    el("td", { class: "sr-tallkolonne" }, norsk(row.startdato)),
    el("td", {}, row.lokasjon ?? ""),
    el("td", { class: "sr-avdeling" }, el("div", {}, el("span", { title: row.avdeling }, row.avdeling ?? ""), pencil)),
    el("td", { class: "sr-midt sr-po" }, poLink(row), historyLink(row)),
    ...data.skjemaer.map(([id, name]) => el("td", { class: "sr-midt", "data-navn": name }, formLink(row, id, name))),
  );
  if (data.kan_slette) {
    const locked = Object.values(row.skjema).some((form) => form?.status === 1);
    tr.append(el("td", { class: "sr-midt" }, locked ? "" : el("button", { type: "button", class: "sr-blyant",
      "data-handling": "slett", "aria-label": `Slett forløpet til ${row.navn}`, title: "Slett" }, trash())));
  }
  tr.append(data.pasientskjema
    ? el("td", { class: "sr-midt" }, el("button", { type: "button", class: "sr-blyant", "data-handling": "tannhjul",
      title: "Besvar alle, stopp utsending", "aria-label": `Besvar alle eller stopp utsending for ${row.navn}` }, cog()))
    : el("td", { class: "sr-utskrift" }, row.kommentar_b22 ?? ""));
  tr._rad = row;
  return tr;
}

function clicked(list, event) {
  const target = event.target.closest("[data-handling]");
  const row = target?.closest("tr")?._rad;
  // With a modifier key a link is the browser's: new tab, new window, download.
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (target.href) {
    target.setAttribute("aria-busy", "true");
    list.state.scroll = scroller(list).scrollTop;
    return go(target.getAttribute("href"));
  }
  const { handling } = target.dataset;
  if (handling === "blyant") return chooseWard(list, row, target.parentElement);
  list.send(handling === "vis" ? { handling, pasient_id: row.pasient_id }
    : { handling, forlop_id: row.forlop_id, skjema: target.dataset.skjema ?? null });
}

function chooseWard(list, row, cell) {
  const before = [...cell.childNodes];
  const select = el("select", { "aria-label": `Ny avdeling for ${row.navn}` },
    ...list.data.avdelinger.map(([id, name]) => el("option", { value: id, selected: id === row.avdeling_id }, name)));
  if (!list.data.avdelinger.some(([id]) => id === row.avdeling_id)) {
    select.prepend(el("option", { value: "", selected: true }, row.avdeling || "Velg avdeling"));
  }
  let done = false;
  const back = () => {
    if (done) return;
    done = true;
    cell.replaceChildren(...before);
  };
  select.addEventListener("change", () => {
    const id = Number(select.value);
    const name = select.selectedOptions[0].textContent;
    back();
    if (!id || id === row.avdeling_id) return;
    cell.firstChild.textContent = name;
    list.send({ handling: "avdeling", forlop_id: row.forlop_id, avdeling_id: id });
  });
  select.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    back();
    cell.querySelector("button").focus();
  });
  select.addEventListener("blur", back);
  cell.replaceChildren(select);
  select.focus();
  try {
    select.showPicker();
  } catch {
    // Not every browser opens a select by itself; it has the focus then.
  }
}

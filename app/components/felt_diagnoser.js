// The pain diagnoses that are registered: category, code (with its anatomical subdivision on hover), text, main diagnosis;
// and the buttons of the editor where one is made.

import { el, icon } from "./felt_deler.js";

const PENCIL = [["M2.5 13.5l.7-3L10.8 3l2.3 2.3-7.6 7.5z", false]];
const TRASH = [["M3 4.5h10M6.3 4.5v-2h3.4v2M4.3 4.5l.6 9h6.2l.6-9", false]];

export function diagnosesControl(field) {
  const body = el("tbody");
  const empty = el("p", { class: "sr-hvorfor" }, "Ingen smertediagnoser er lagt til ennå.");
  const head = el("tr", {}, ...["Kategori", "Kode", "Tekst", "Hoveddiagnose"].map((text) => el("th", { scope: "col" }, text)),
    el("th", { scope: "col" }, el("span", { class: "sr-lese" }, "Verktøy")));
  const table = el("table", { class: "sr-diagnoser" }, el("thead", {}, head), body);
  field.slot.append(table, empty);

  function tools(row) {
    const edit = el("button", { type: "button", class: "sr-ikonknapp", title: "Rediger", "aria-label": `Rediger ${row.tekst || row.kategori}` },
      icon(PENCIL, 15));
    const remove = el("button", { type: "button", class: "sr-ikonknapp", title: "Slett", "aria-label": `Slett ${row.tekst || row.kategori}` },
      icon(TRASH, 15));
    edit.addEventListener("click", () => field.send({ handling: "rediger", id: row.id }));
    // The first click asks, the second one deletes.
    remove.addEventListener("click", () => {
      if (remove.dataset.sikker) return field.send({ handling: "slett", id: row.id });
      remove.dataset.sikker = "ja";
      remove.classList.replace("sr-ikonknapp", "sr-lenkeknapp");
      remove.replaceChildren("Slette?");
      return undefined;
    });
    remove.addEventListener("blur", () => {
      delete remove.dataset.sikker;
      remove.classList.replace("sr-lenkeknapp", "sr-ikonknapp");
      remove.replaceChildren(icon(TRASH, 15));
    });
    return el("td", { class: "sr-verktoycelle" }, edit, remove);
  }

  return {
    target: table,
    show(data) {
      // Rows that are as they were stay, with the focus that may be in them.
      const told = JSON.stringify([data.verdi, data.laast]);
      if (body.dataset.told === told) return;
      body.dataset.told = told;
      empty.hidden = data.verdi.length > 0;
      table.hidden = !data.verdi.length;
      body.replaceChildren(...data.verdi.map((row) => el("tr", { "data-redigeres": row.redigeres },
        el("td", {}, row.kategori),
        el("td", {}, row.inndeling ? el("abbr", { title: row.inndeling, tabindex: "0" }, row.kode) : row.kode),
        el("td", {}, row.tekst), el("td", {}, row.hoved), data.laast ? el("td") : tools(row))));
    },
  };
}

export function buttonsControl(field) {
  const row = el("div", { class: "sr-rad" });
  field.slot.append(row);
  return {
    show(data) {
      if (row.dataset.knapper === JSON.stringify(data.verdi)) return;
      row.dataset.knapper = JSON.stringify(data.verdi);
      row.replaceChildren(...data.verdi.map(([name, text], i) => {
        const button = el("button", { type: "button", class: `sr-knapp${i ? "" : " sr-hoved"}` }, text);
        button.addEventListener("click", () => field.send(name));
        return button;
      }));
    },
  };
}

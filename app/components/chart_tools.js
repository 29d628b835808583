// Under a chart: its figures as a table, and the chart or the table as a file. Names the chart for screen readers.

import { el } from "./felt_deler.js";

export default function chartTools({ data, parentElement }) {
  const shown = JSON.stringify([data.diagram, data.undertittel, data.csv]);
  if (parentElement._vist !== shown) {
    parentElement._vist = shown;
    parentElement.replaceChildren(tools(data));
  }
  nameChart(data);
}

function tools(data) {
  const file = (kind, label, make) => {
    const button = el("button", { type: "button", "aria-label": `Last ned ${data.tittel} som ${kind}` }, label);
    button.addEventListener("click", make);
    return button;
  };
  return el("div", { class: "sr-diagramverktoy" },
    el("details", {}, el("summary", {}, "Vis tallene"), table(data)),
    el("p", {}, "Last ned: ",
      file("PNG", "PNG", () => image(data, "png")),
      file("SVG", "SVG", () => image(data, "svg")),
      file("CSV", "CSV", () => save(new Blob([data.csv], { type: "text/csv;charset=utf-8" }), `${data.navn}.csv`))));
}

function table({ tittel, undertittel, kolonner, rader }) {
  return el("div", { class: "sr-rulle", tabindex: "0", role: "region", "aria-label": `Tallene i ${tittel}` },
    el("table", { class: "sr-tabell" },
      el("caption", { class: "sr-lese" }, `${tittel}. ${undertittel}`),
      el("thead", {}, el("tr", {}, ...kolonner.map((name, i) => el("th", { scope: "col", class: i ? "sr-tall" : null }, name)))),
      el("tbody", {}, ...rader.map((row) => el("tr", {}, ...row.map((text, i) =>
        i ? el("td", { class: "sr-tall" }, text) : el("th", { scope: "row" }, text)))))));
}

function plot({ diagram }) {
  return document.querySelector(`.st-key-${CSS.escape(diagram)} .js-plotly-plot`);
}

// Plotly draws after this runs, the first time.
function nameChart(data, tries = 40) {
  const chart = plot(data);
  if (chart) {
    chart.setAttribute("role", "img");
    chart.setAttribute("aria-label", `Diagram: ${data.tittel}. ${data.undertittel}. Tallene står i tabellen under.`);
  } else if (tries) {
    setTimeout(() => nameChart(data, tries - 1), 100);
  }
}

// Plotly's own «download» button, which the style sheet hides, knows how; it reads its settings when it is clicked.
function image(data, format) {
  const chart = plot(data);
  const button = chart?.querySelector(".modebar-btn");
  if (!button) return;
  const { width, height, _size } = chart._fullLayout;
  chart._context.toImageButtonOptions = {
    format, filename: data.navn, scale: format === "png" ? 2 : 1, width, height: height + FOOT,
  };
  const { paper_bgcolor, annotations, margin, title } = chart.layout;
  // The title's place is a share of the height, which the foot makes greater.
  Object.assign(chart.layout, {
    paper_bgcolor: data.bakgrunn,
    margin: { ...margin, b: _size.b + FOOT },
    title: { ...title, y: 1 - ((1 - title.y) * height) / (height + FOOT) },
    annotations: [...(annotations ?? []), foot(data, _size)],
  });
  button.click();
  Object.assign(chart.layout, { paper_bgcolor, annotations, margin, title });
}

const FOOT = 24;

function foot({ om, omFarge }, { l, b }) {
  return {
    text: om, showarrow: false, font: { size: 11, color: omFarge }, xref: "paper", x: 0, xanchor: "left", xshift: -6 - l,
    yref: "paper", y: 0, yanchor: "top", yshift: -b,
  };
}

function save(blob, name) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

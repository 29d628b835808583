// A help text as elements. It is written in the codebook with the little Markdown that is in use there: paragraphs, lists of
// lines that begin with «- », and **bold**. Everything is set as text, so no help text can be anything but text.

import { el } from "./felt_deler.js";

export function helpElements(text) {
  return text.split(/\n\s*\n/).filter((part) => part.trim()).flatMap(blocks);
}

// A line is either a new item, or goes on with what stands above it: line breaks are the codebook's, not the reader's.
function blocks(part) {
  const found = [];
  for (const line of part.trim().split("\n").map((one) => one.trim())) {
    const item = line.startsWith("- ");
    const last = found.at(-1);
    if (item && last?.items) last.items.push(line.slice(2));
    else if (item) found.push({ items: [line.slice(2)] });
    else if (last?.items) last.items[last.items.length - 1] += ` ${line}`;
    else if (last) last.text += ` ${line}`;
    else found.push({ text: line });
  }
  return found.map(({ items, text }) => (items ? el("ul", {}, ...items.map((one) => el("li", {}, ...bold(one)))) : el("p", {}, ...bold(text))));
}

// Every second part stands between two pairs of stars; a pair without its other stays as it was written.
function bold(text) {
  const parts = text.split("**");
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, i) => (i % 2 ? el("b", {}, part) : part));
}

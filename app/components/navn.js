// The folding of names (checks/names.py) for what is searched for in the browser: the register sends its tables along.

export function folding({ utenom, bokstaver, doble }) {
  const [between, doubled] = [new RegExp(`[${utenom}]+`, "gu"), new RegExp(doble, "gu")];
  return (text) => [...text.normalize("NFKD").toLowerCase().normalize("NFKD")]
    .map((letter) => bokstaver[letter] ?? letter).join("").replace(between, "").replace(doubled, "").normalize("NFC");
}

// For each word, what a part of the name may begin with for it to be found: the word, and it written together with those before.
export function asked(words, { sammen }) {
  return words.map((word, last) => words.slice(Math.max(0, last - sammen + 1), last + 1).map((_, first, run) => run.slice(first).join("")));
}

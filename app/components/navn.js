// The folding of names (checks/names.py) for what is searched for in the browser: the register sends its tables along.

export function folding({ utenom, bokstaver, doble }) {
  const [between, doubled] = [new RegExp(`[${utenom}]+`, "gu"), new RegExp(doble, "gu")];
  return (text) => [...text.normalize("NFKD").toLowerCase().normalize("NFKD")]
    .map((letter) => bokstaver[letter] ?? letter).join("").replace(between, "").replace(doubled, "").normalize("NFC");
}

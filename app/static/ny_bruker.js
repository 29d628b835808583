// Narrows dependent lists: region → organisasjon, organisasjon du søker til → avdeling. The server checks it again.
function follow(parentId, childId) {
  const parent = document.getElementById(parentId);
  const child = document.getElementById(childId);
  const all = [...child.options];
  const early = child.selectedOptions[0];
  if (!parent.value && early?.value) parent.value = early.dataset.hos;
  const narrow = () => {
    const fitting = all.filter((option) => !option.value || option.dataset.hos === parent.value);
    const chosen = fitting.find((option) => option.selected && option.value);
    child.replaceChildren(...fitting);
    if (chosen) chosen.selected = true;
    else if (fitting.length === 2) fitting[1].selected = true;
    else child.selectedIndex = 0;
    child.disabled = !parent.value;
    child.dispatchEvent(new Event("change"));
  };
  parent.addEventListener("change", narrow);
  narrow();
}
// Most apply to the organisation they belong to. What was chosen before this script came counts as chosen.
const own = document.getElementById("organisasjon");
const wanted = document.getElementById("sokt_organisasjon");
if (wanted.value) wanted.dataset.valgt = "ja";
own.addEventListener("change", () => {
  if (!own.value || wanted.dataset.valgt) return;
  wanted.value = own.value;
  wanted.dispatchEvent(new Event("change"));
});
wanted.addEventListener("input", () => { wanted.dataset.valgt = "ja"; });
follow("region", "organisasjon");
follow("sokt_organisasjon", "avdeling");

// Plain links of ours inside a page (st.html) change page without loading everything again; a click with a
// modifier key stays the browser's.
import { go } from "./felt_deler.js";

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.("a[data-sr-side]");
  if (!link) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});

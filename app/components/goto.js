// Follows a link on the server's behalf, once for each time it is told to.
import { go } from "./felt_deler.js";

export default function goto({ data, parentElement }) {
  if (parentElement._nr === data.nr) return;
  parentElement._nr = data.nr;
  go(data.href);
}

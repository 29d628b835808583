// The answers of the open form on their way to the server. Each has a number, and is sent again until the server says that
// it has it. What has no receipt yet waits in the tab's own store too, so that a reload does not lose it.

const AGAIN = 1000; // ms before an answer is sent again, doubled each time …
const AT_MOST = 15000; // … up to this
const MOST = 100; // answers in one request
const KEPT_FOR = 12 * 3600 * 1000; // ms that an answer may wait in the tab: no session is longer
const STORE = "smertereg-svar:"; // emptied at sign-out (app/signin/login.py)

const tab = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
let count = 0;
let place = null; // {adresse, nokkel, forlop, skjema, eier}
let waiting = []; // {nr, fane, id, verdi, tekst, tid, versjon}
let seen = 0; // the rev of the form as last told
let version = 0; // the version of the form that the screen shows
const shown = new Set(); // the elements that show the form: each is called with what the server says
let flying = null; // the request on its way, while there is one
let tries = 0;
let awaited = 0;
let timer = 0;

const name = () => `${STORE}${place.eier}:${place.forlop}:${place.skjema}`;
const say = (event, detail) => document.dispatchEvent(new CustomEvent(event, { detail }));

// The form on the screen. What an earlier page of this tab did not get a receipt for is sent now.
export function open(form, tell) {
  const same = place && place.forlop === form.forlop && place.skjema === form.skjema && place.eier === form.eier;
  shown.add(tell);
  if (same) place.nokkel = form.nokkel;
  if (same) return;
  if (place) leave();
  place = form;
  seen = 0;
  waiting = left();
  if (waiting.length) send();
}

// An element that is taken off the screen is told no more.
export const close = (tell) => shown.delete(tell);

export function give(id, verdi, tekst) {
  count += 1;
  waiting.push({ nr: count, fane: tab, id, verdi, tekst, tid: Date.now(), versjon: version });
  keep();
  send();
}

// Whether an answer to the question has no receipt yet: the browser then knows better than the server.
export const pending = (id) => waiting.some((answer) => answer.id === id);

// The rev and the version of what the screen shows. What the user types is typed on that version, however late it is sent.
export function note(rev, versjon) {
  seen = rev;
  version = versjon;
}

// When the server has everything, true; when it does not answer, or refuses, false.
export async function settled() {
  awaited += 1;
  try {
    while (waiting.length) if (!(await send())) return false;
    return true;
  } finally {
    awaited -= 1;
  }
}

// Whether somebody waits for the answers, to have the page drawn anew by what comes then.
export const isAwaited = () => awaited > 0;

function send() {
  clearTimeout(timer);
  flying ??= post(waiting.filter((answer) => answer.fane === waiting[0].fane).slice(0, MOST)).finally(() => {
    flying = null;
    if (waiting.length && tries === 0) send();
  });
  return flying;
}

async function post(batch) {
  if (!batch.length) return true;
  const at = place;
  let response;
  try {
    response = await fetch(at.adresse, request(batch));
  } catch {
    return later();
  }
  const answer = await response.json().catch(() => ({}));
  if (at !== place) return true; // another form is on the screen; what it was sent is in its own draft
  if (response.status >= 500 || (!response.ok && !answer.melding)) return later(answer.melding);
  const nr = response.ok ? answer.nr : (answer.nr ?? (response.status === 400 ? Infinity : 0));
  received(batch, nr);
  // What was refused is not sent again before something has changed; what came after it is.
  tries = !response.ok && nr < batch.at(-1).nr ? 1 : 0;
  if (!response.ok) {
    say("sr-avvist", { melding: answer.melding, stengt: [401, 403].includes(response.status) });
    return false;
  }
  for (const tell of shown) tell(answer);
  say("sr-mottatt", answer.linje);
  return true;
}

function request(batch) {
  const svar = batch.map(({ nr, id, verdi, tekst, versjon }) => ({ nr, id, verdi, tekst: tekst ?? null, versjon: versjon ?? 0 }));
  const body = JSON.stringify({ nokkel: place.nokkel, forlop: place.forlop, skjema: place.skjema, fane: batch[0].fane, sett: seen, svar });
  // A request that is kept alive may be 64 kB; a longer one is sent as any other.
  return { method: "POST", body, keepalive: body.length < 60000, headers: { "Content-Type": "application/json" } };
}

function received(batch, nr) {
  waiting = waiting.filter((answer) => answer.fane !== batch[0].fane || answer.nr > nr);
  keep();
}

function later(melding) {
  tries += 1;
  say("sr-venter", { melding });
  clearTimeout(timer);
  timer = setTimeout(send, Math.min(AGAIN * 2 ** (tries - 1), AT_MOST));
  return false;
}

function keep() {
  try {
    if (waiting.length) sessionStorage.setItem(name(), JSON.stringify(waiting));
    else sessionStorage.removeItem(name());
  } catch {
    // A browser without a store for the tab still sends what is in this page.
  }
}

function left() {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(STORE) && !key.startsWith(`${STORE}${place.eier}:`)) sessionStorage.removeItem(key);
    }
    const found = JSON.parse(sessionStorage.getItem(name()) ?? "[]");
    return found.filter((answer) => Date.now() - answer.tid < KEPT_FOR);
  } catch {
    return [];
  }
}

// What stands in a field that the user has not left yet is an answer too. With ``gone`` the page is left: then a search text that
// is not chosen is kept as text, while one who only looks elsewhere may go on searching.
export function commitTyped(gone = true) {
  const field = document.activeElement;
  if (!field?.closest?.(".sr-felt, .sr-kommentar") || (!gone && field.getAttribute("role") === "combobox")) return;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.dispatchEvent(new FocusEvent("blur"));
  field.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
}

// The page goes: everything without a receipt is sent once more, also what a request on its way may hold, for nobody waits
// for that one. The server takes each number once.
function leave() {
  const key = name();
  for (const fane of new Set(waiting.map((answer) => answer.fane))) {
    fetch(place.adresse, request(waiting.filter((answer) => answer.fane === fane)))
      .then((response) => response.ok && sessionStorage.removeItem(key))
      .catch(() => {});
  }
}
addEventListener("pagehide", () => {
  commitTyped();
  if (place) leave();
});
addEventListener("popstate", () => commitTyped(), true);
addEventListener("online", () => waiting.length && send());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") commitTyped(false);
  else if (waiting.length) send();
});

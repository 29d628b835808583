// Tells Streamlit where its server is, so that it does not try the page's own folder first.
window.__streamlit = { BACKEND_BASE_URL: `${location.origin}/` };

// A page that has not got its socket is empty. After some seconds the server is asked why, and its sentence is shown
// until the socket comes.
const PATIENCE = 5000, AGAIN = 1000;

function connected() {
  return document.querySelector('[data-test-connection-state="CONNECTED"]') !== null;
}

async function why() {
  try {
    const reply = await fetch("/_stcore/stream", { cache: "no-store" });
    if (reply.status === 426) return await reply.text();
  } catch {
    // No answer at all: the server or the network is down.
  }
  return "Serveren svarer ikke. Vent litt og last siden på nytt.";
}

async function tell() {
  if (connected()) return;
  const shown = document.createElement("p");
  shown.className = "sr-uten-forbindelse";
  shown.setAttribute("role", "alert");
  document.body.append(shown);
  shown.textContent = await why();
  const waiting = setInterval(() => {
    if (!connected()) return;
    clearInterval(waiting);
    shown.remove();
  }, AGAIN);
}

window.setTimeout(tell, PATIENCE);

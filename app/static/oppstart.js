// Tells Streamlit where its server is, so that it does not try the page's own folder first.
window.__streamlit = { BACKEND_BASE_URL: `${location.origin}/` };

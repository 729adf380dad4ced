// Registers the service worker and tells it the page's language, for the page without a connection.

navigator.serviceWorker.register("/sw.js").then(async () => {
  const ready = await navigator.serviceWorker.ready;
  ready.active?.postMessage({ language: document.documentElement.lang });
}).catch(() => {
  // Without it the browser shows its own page when there is no connection.
});

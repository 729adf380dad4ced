// Answers only when the network does not: a page of our own, in the reader's language, and files
// that never change under their address. No page with anybody's data is ever kept.

const KEPT = "xiangyuan-{{ version }}";
const LANGUAGES = {{ languages|tojson }};
const PAGES = LANGUAGES.map((language) => `/offline/${language}`);
const FILES = [{{ stylesheet_url()|tojson }}, {{ asset("img/icon.svg")|tojson }}, {{ icon_sheet()|tojson }}];
const LANGUAGE = "/offline/language";

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(KEPT)
      .then((kept) => kept.addAll([...PAGES, ...FILES].map((address) => new Request(address, { credentials: "omit", cache: "reload" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("message", (event) => {
  const language = String(event.data?.language ?? "").toLowerCase();
  if (LANGUAGES.includes(language)) {
    event.waitUntil(caches.open(KEPT).then((kept) => kept.put(LANGUAGE, new Response(language))));
  }
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(offline));
  } else if (/^\/(style\.css|static\/(js|css|fonts)\/|static\/img\/[^/]+\.svg)/.test(address.pathname) && address.searchParams.has("v")) {
    event.respondWith(lasting(request));
  }
});

async function offline() {
  const kept = await caches.open(KEPT);
  const said = await (await kept.match(LANGUAGE))?.text();
  const own = self.navigator.language.toLowerCase().startsWith("zh") ? "zh-hans" : "en";
  return (await kept.match(`/offline/${said ?? own}`)) ?? Response.error();
}

// A file whose address carries the mark of its content.
async function lasting(request) {
  const kept = await caches.open(KEPT);
  const found = await kept.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) kept.put(request, answer.clone());
  return answer;
}

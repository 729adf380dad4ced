// Loads a behaviour where the page has what it works on. Every page works without any of them.
// A module is a file of this folder; the import map of the page names it x/<file>.

const BEHAVIOURS = {
  "[data-confirm]": "confirm",
  "form[data-draft], form[data-draft-done], form[action$='/sign-out']": "draft",
  "form[method=post]": "once",
  "[data-quantity], [data-unit-fen]": "quantity",
  "form[data-live-filter]": "filter",
  "form[data-comparing] input:checked": "comparing",
  "[data-rows]": "rows",
  "form[data-receiving]": "receiving",
  "[data-reckoning]": "reckoning",
  "[data-allocation]": "allocation",
  "[data-reveal]": "reveal",
  "[data-ticks]": "ticks",
  "input[type=file][data-upload]": "upload",
  "[data-toast]": "toast",
  "[data-copy]": "copy",
  "[data-print]": "print",
  ".table-scroll:not([tabindex])": "scroller",
  "[data-shortcut-switch]": "shortcuts",
  "[data-resume]": "resume",
  "[data-focus]": "focus",
};

function start(root) {
  // What is wrong is said by the page, in its own language, with all of it at once.
  for (const form of root.querySelectorAll("form[method=post]")) form.noValidate = true;
  for (const [selector, name] of Object.entries(BEHAVIOURS)) {
    if (root.querySelector(selector)) import(`x/${name}`).then((module) => module.start(root));
  }
}

start(document);
document.addEventListener("page:changed", (event) => start(event.target));

// A form that was sent is settled on the next page, whichever that is.
if (sessionStorage.getItem("draft-sent")) import("x/draft").then((module) => module.settle());

// Ticks for comparing concern a page's links only once there is one.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-comparing]");
  if (form) import("x/comparing").then((module) => module.carry(form));
});

// Keys concern every page; their module waits for the first one.
document.addEventListener("keydown", function first(event) {
  document.removeEventListener("keydown", first);
  import("x/shortcuts").then((module) => module.press(event));
});

// What is needed without a connection has to be there before; it waits until the page has settled.
function prepare() {
  setTimeout(() => {
    import("x/reconnect");
    if ("serviceWorker" in navigator && window.isSecureContext) import("x/worker");
  }, 1000);
}

if (document.readyState === "complete") prepare();
else window.addEventListener("load", prepare);

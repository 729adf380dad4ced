// Filters that act at once: <form method="get" data-live-filter> and the elements with the same
// data-live-region in this page and in the answer. The address follows; back and forward work.

import { say, word } from "x/words";

const WAIT = 350; // milliseconds after the last letter
let asking = null, ready = false;

export function start(root) {
  for (const form of root.querySelectorAll("form[data-live-filter]")) {
    if (form.dataset.liveFilter === "on") continue;
    form.dataset.liveFilter = "on";
    let waiting = 0;
    form.addEventListener("change", () => go(form));
    form.addEventListener("input", (event) => {
      if (!["text", "search"].includes(event.target.type)) return;
      clearTimeout(waiting);
      waiting = setTimeout(() => go(form), WAIT);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(waiting);
      go(form, event.submitter);
    });
  }
  if (!ready) window.addEventListener("popstate", () => show(location.href, true));
  ready = true;
}

function go(form, button) {
  const address = new URL(form.action, location.href);
  const chosen = [...new FormData(form)].filter(([, value]) => typeof value === "string" && value);
  if (button?.name) chosen.push([button.name, button.value]);
  address.search = new URLSearchParams(chosen);
  address.hash = "";
  if (address.href !== location.href) show(address.href, false);
}

async function show(address, isReturn) {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  const regions = [...document.querySelectorAll("[data-live-region]")];
  regions.forEach((one) => one.setAttribute("aria-busy", "true"));
  try {
    const answer = await fetch(address, { signal: mine.signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = regions.map((one) => page.querySelector(
      `[data-live-region="${CSS.escape(one.dataset.liveRegion)}"]`));
    if (!answer.ok || answer.redirected || fresh.includes(null)) throw new Error("another page");
    regions.forEach((one, turn) => one.replaceWith(fresh[turn]));
    document.title = page.title;
    if (isReturn) restore();
    else history.pushState(null, "", address);
    fresh.forEach((one) => one.dispatchEvent(new Event("page:changed", { bubbles: true })));
    const count = document.querySelector("[data-live-region] [data-live-count]");
    say(count?.textContent.trim() || word("updated"));
  } catch (problem) {
    if (problem.name !== "AbortError") location.assign(address);
  }
}

// The choices as the address has them.
function restore() {
  const asked = new URLSearchParams(location.search);
  for (const field of document.querySelector("form[data-live-filter]")?.elements ?? []) {
    if (!field.name) continue;
    if (["checkbox", "radio"].includes(field.type)) {
      field.checked = asked.getAll(field.name).includes(field.value);
    } else if (field.type !== "hidden" && field.type !== "submit") {
      field.value = asked.get(field.name) ?? "";
    }
  }
}

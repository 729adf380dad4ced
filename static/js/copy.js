// Copy a number or an address: <button data-copy="…" hidden>; empty, it copies what aria-controls names.

import { say, word } from "x/words";

const ready = new WeakSet();

export function start(root) {
  for (const button of root.querySelectorAll("[data-copy]")) {
    if (ready.has(button) || !navigator.clipboard) continue;
    ready.add(button);
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
}

async function copy(button) {
  const source = document.getElementById(button.getAttribute("aria-controls") ?? "");
  await navigator.clipboard.writeText(button.dataset.copy || source?.textContent.trim() || "");
  const label = button.textContent;
  button.textContent = word("copied");
  say(word("copied"));
  setTimeout(() => { button.textContent = label; }, 2000);
}

// One button above a long list of ticks: all of them, or none when all are set.

import { word } from "x/words";

const ready = new WeakSet();

export function start(root) {
  for (const list of root.querySelectorAll("[data-ticks]")) {
    const ticks = [...list.querySelectorAll("input[type=checkbox]:enabled")];
    if (ticks.length < 2 || ready.has(list)) continue;
    ready.add(list);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button ticks-all";
    list.prepend(button);
    const areAll = () => ticks.every((tick) => tick.checked);
    const tell = () => { button.textContent = word(areAll() ? "tickNone" : "tickAll"); };
    button.addEventListener("click", () => {
      const wanted = !areAll();
      for (const tick of ticks) tick.checked = wanted;
      list.dispatchEvent(new Event("input", { bubbles: true })); // a draft listens
      tell();
    });
    list.addEventListener("change", tell);
    list.closest("form")?.addEventListener("draft:restored", tell);
    tell();
  }
}

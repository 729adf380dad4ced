// <button data-print hidden>: the browser's own printing.

const ready = new WeakSet();

export function start(root) {
  for (const button of root.querySelectorAll("[data-print]")) {
    if (ready.has(button)) continue;
    ready.add(button);
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

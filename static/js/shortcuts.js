// Keys: / to the search, g and a letter to a place of the navigation (data-key), ? for the list,
// Ctrl+Enter to send the form one types in. Single keys can be switched off, and never act while
// somebody types.

import { part, say, word } from "x/words";

const OFF = "shortcuts-off", PATIENCE = 1500;
const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=submit]), select, textarea, [contenteditable]";
let going = 0;

export function start(root) {
  for (const box of root.querySelectorAll("[data-shortcut-switch]")) {
    box.disabled = false;
    box.checked = !localStorage.getItem(OFF);
    box.addEventListener("change", () => {
      if (box.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    });
  }
}

export function press(event) {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.("form[method=post]");
    if (form) {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  const isTyping = event.target.matches?.(TYPING) || document.querySelector("dialog[open]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(OFF)) return;
  if (Date.now() - going < PATIENCE && /^[a-z0-9]$/i.test(event.key)) {
    going = 0;
    const place = places().find((one) => one.dataset.key === event.key.toLowerCase());
    if (place) {
      event.preventDefault();
      place.click();
    }
  } else if (event.key === "g") {
    going = Date.now();
  } else if (event.key === "/") {
    const search = document.querySelector("[type=search]");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  } else if (event.key === "?") {
    event.preventDefault();
    list();
  }
}

document.addEventListener("keydown", press);

const places = () => [...document.querySelectorAll("a[data-key]")];

function list() {
  const dialog = part("shortcut-dialog");
  if (typeof dialog?.showModal !== "function") return;
  const rows = dialog.querySelector("[data-places]");
  for (const place of places()) {
    const row = rows.querySelector("template").content.firstElementChild.cloneNode(true);
    const keys = row.querySelectorAll("kbd");
    keys[keys.length - 1].textContent = place.dataset.key;
    row.querySelector("dd").textContent = (place.querySelector("[data-label]") ?? place).textContent.trim();
    rows.append(row);
  }
  document.body.append(dialog);
  start(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
  say(word("shortcuts"));
}

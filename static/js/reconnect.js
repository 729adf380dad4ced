// When the connection is lost, says so, and keeps forms from being sent into nothing.

import { part, say, word } from "x/words";

let notice = null;

function show() {
  if (notice) return;
  notice = part("offline-notice");
  if (!notice) return;
  document.body.prepend(notice); // an alert: it is read out
}

function hide() {
  notice?.remove();
  notice = null;
  say(word("online"));
}

window.addEventListener("offline", show);
window.addEventListener("online", hide);
if (!navigator.onLine) show();

document.addEventListener("submit", (event) => {
  if (navigator.onLine) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  show();
  notice?.setAttribute("tabindex", "-1");
  notice?.focus();
}, true);

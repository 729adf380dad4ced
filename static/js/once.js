// A form that was sent is not sent again by a double click. The server would refuse the second
// one as well; here it is not even asked.

import { word } from "x/words";

const AGAIN_AFTER = 10_000; // a download leaves the page as it was; so does a broken connection
const sent = new Map();

export function start() {}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  const button = event.submitter;
  sent.set(form, { button, label: button?.textContent });
  // After the browser has read the form: a button's own name and value belong to it.
  setTimeout(() => mark(button), 0);
  setTimeout(() => release(form), AGAIN_AFTER);
});

function mark(button) {
  if (!button) return;
  button.setAttribute("aria-disabled", "true");
  const words = button.dataset.sending || word("sending");
  if (words && button.matches(".button")) button.textContent = words;
}

function release(form) {
  const { button, label } = sent.get(form) ?? {};
  sent.delete(form);
  if (!button) return;
  button.removeAttribute("aria-disabled");
  if (button.matches(".button") && label) button.textContent = label;
}

window.addEventListener("pageshow", (event) => {
  if (event.persisted) [...sent.keys()].forEach(release);
});

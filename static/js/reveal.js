// Show what one types as a password: <input type="password" data-reveal>, or a <button data-reveal>
// beside it that stands ready, hidden.

import { word } from "x/words";

const ready = new WeakSet();

export function start(root) {
  for (const one of root.querySelectorAll("[data-reveal]")) {
    if (ready.has(one)) continue;
    ready.add(one);
    if (one.matches("input")) join(one, made(one));
    else join(document.getElementById(one.dataset.reveal) ?? one.parentElement.querySelector("input"), one);
  }
}

function made(input) {
  const button = document.createElement("button");
  button.className = "reveal link-button";
  const frame = document.createElement("span");
  frame.className = "reveal-frame";
  input.before(frame);
  frame.append(input, button);
  return button;
}

function join(input, button) {
  if (!input) return;
  button.type = "button";
  button.hidden = false;
  const show = (isShown) => {
    input.type = isShown ? "text" : "password";
    button.textContent = word(isShown ? "hide" : "show");
    button.setAttribute("aria-pressed", String(isShown));
  };
  show(false);
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => show(input.type === "password"));
  // A password manager and the browser's history are to see a password.
  input.form?.addEventListener("submit", () => show(false));
}

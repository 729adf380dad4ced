// Notices of success float for a while and can be put away. What is wrong stays where it is.

const SHOWN = 10_000; // milliseconds, and longer while somebody is at it

export function start(root) {
  for (const toast of root.querySelectorAll("[data-toast]")) {
    if (toast.classList.contains("is-live")) continue;
    toast.classList.add("is-live");
    const button = toast.querySelector("[data-dismiss]");
    button.hidden = false;
    button.addEventListener("click", () => leave(toast));
    if (toast.dataset.toast !== "passing") continue;
    let waiting = setTimeout(() => leave(toast), SHOWN);
    const stay = () => clearTimeout(waiting);
    const go = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => leave(toast), SHOWN);
    };
    for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stay);
    for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, go);
    announce(toast);
  }
}

// A live region speaks of what changes in it; this one was there when the page came.
function announce(toast) {
  const words = toast.querySelector("p");
  const text = words.textContent;
  words.textContent = "";
  setTimeout(() => { words.textContent = text; }, 100);
}

function leave(toast) {
  const hadFocus = toast.contains(document.activeElement);
  toast.remove();
  if (hadFocus) document.getElementById("content")?.focus({ preventScroll: true });
}

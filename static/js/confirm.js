// Ask before what cannot be taken back: <form data-confirm="…"> or <button data-confirm="…">.
// data-confirm-yes names the button that goes on. The browser keeps the focus inside the dialog,
// closes it with Esc and gives the focus back.

import { part } from "x/words";

let answered = null;

export function start() {}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const asking = [event.submitter, form].find((one) => one?.dataset?.confirm);
  if (!asking || event.defaultPrevented) return;
  if (answered === form) {
    answered = null;
    return;
  }
  const dialog = part("dialog");
  if (typeof dialog?.showModal !== "function") {
    if (!window.confirm(asking.dataset.confirm)) event.preventDefault();
    return;
  }
  event.preventDefault();
  ask(dialog, asking, () => {
    answered = form;
    if (event.submitter) form.requestSubmit(event.submitter);
    else form.requestSubmit();
    answered = null;
  });
}, true);

function ask(dialog, asking, goOn) {
  dialog.querySelector("[data-question]").textContent = asking.dataset.confirm;
  const yes = dialog.querySelector("[value=yes]");
  if (asking.dataset.confirmYes) yes.textContent = asking.dataset.confirmYes;
  if (asking.matches(".button-danger") || asking.querySelector?.(".button-danger")) {
    yes.classList.replace("button-primary", "button-danger");
  }
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    const agreed = dialog.returnValue === "yes";
    dialog.remove();
    if (agreed) goOn();
  });
  dialog.showModal();
}

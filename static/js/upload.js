// Files: name and size at once, too large ones said before they are sent, progress while they are.
// <input type="file" data-upload>, with data-max-bytes where less is taken than elsewhere

import { say, word } from "x/words";

const MOST = 10_485_760; // bytes: what the shop takes as one file
const ready = new WeakSet();
let isLeaving = false;

export function start(root) {
  for (const input of root.querySelectorAll("input[type=file][data-upload]")) {
    if (ready.has(input)) continue;
    ready.add(input);
    const told = line(input);
    if (input.files.length) tell(input, told);
    input.addEventListener("change", () => tell(input, told));
    if (!ready.has(input.form)) {
      ready.add(input.form);
      input.form.addEventListener("submit", (event) => send(event, input.form));
    }
  }
}

function line(input) {
  const told = document.createElement("p");
  told.className = "upload-told";
  told.setAttribute("role", "status");
  input.after(told);
  return told;
}

function size(bytes) {
  const tenths = Math.max(1, Math.round(bytes / 104_857.6));
  return `${Math.floor(tenths / 10)}.${tenths % 10} MB`;
}

const mostOf = (input) => Number(input.dataset.maxBytes || MOST);
const tooLarge = (input) => [...input.files].find((file) => file.size > mostOf(input));

function tell(input, told) {
  const large = tooLarge(input);
  told.classList.toggle("is-bad", Boolean(large));
  if (large) told.textContent = word("tooLarge", { name: large.name, size: size(large.size), most: size(mostOf(input)) });
  else told.textContent = [...input.files].map((file) => `${file.name} · ${size(file.size)}`).join("\n");
}

function send(event, form) {
  if (event.defaultPrevented) return;
  const inputs = [...form.querySelectorAll("input[type=file][data-upload]")];
  const wrong = inputs.find(tooLarge);
  if (wrong || isLeaving) {
    event.preventDefault();
    wrong?.focus();
    return;
  }
  if (!inputs.some((input) => input.files.length)) return;
  event.preventDefault();
  isLeaving = true;
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", word("uploading"));
  (event.submitter ?? form.lastElementChild).after(bar);
  event.submitter?.setAttribute("aria-disabled", "true");
  say(word("uploading"));
  const data = new FormData(form);
  if (event.submitter?.name) data.append(event.submitter.name, event.submitter.value);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.upload.addEventListener("progress", (now) => {
    if (now.lengthComputable) bar.value = Math.floor((100 * now.loaded) / now.total);
  });
  const kept = new Map(inputs.map((input) => [input.name, input.files]));
  request.addEventListener("load", () => turn(request, kept));
  const broken = () => {
    isLeaving = false;
    bar.remove();
    event.submitter?.removeAttribute("aria-disabled");
    const told = inputs[0].nextElementSibling;
    told.classList.add("is-bad");
    told.textContent = word("broken");
  };
  request.addEventListener("error", broken);
  request.addEventListener("timeout", broken);
  request.send(data);
}

// A form that came back for other reasons keeps the files that were chosen.
function keepFiles(kept) {
  for (const input of document.querySelectorAll("input[type=file][data-upload]")) {
    const files = kept.get(input.name);
    if (!files?.length || input.getAttribute("aria-invalid") === "true") continue;
    input.files = files;
    input.closest(".field")?.querySelector("[data-choose-again]")?.remove();
  }
}

// The answer becomes the page, as if the browser had sent the form: errors, notices and all.
function turn(request, kept) {
  isLeaving = false;
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  document.title = page.title;
  if (request.responseURL !== location.href) history.pushState(null, "", request.responseURL);
  document.body.replaceWith(page.body);
  keepFiles(kept);
  window.scrollTo(0, 0);
  window.addEventListener("popstate", () => location.reload(), { once: true });
  document.body.dispatchEvent(new Event("page:changed", { bubbles: true }));
  (document.querySelector("[data-focus]") ?? document.getElementById("content"))?.focus();
}

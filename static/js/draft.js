// Keep what is typed into a long form: <form data-draft="key">, under the person's opaque id.
// A form on a later page that completes it says so: <form data-draft-done="key">.
//
// A draft goes when the server has taken the form: it then answers with a redirect and the cookie
// "taken". Without that cookie (the connection broke, the session had ended, there were errors) the
// draft stays, and is put back when the form is opened again. Passwords, files, hidden fields and
// numbers of identity papers are never kept.

import { part, word } from "x/words";

const person = document.documentElement.dataset.person;
const PREFIX = "draft:", SENT = "draft-sent", TAKEN = "taken";
const DAYS_KEPT = 14;
const NEVER_TYPES = new Set(["password", "file", "hidden", "submit", "button", "image", "reset"]);
const NEVER_NAMES = /password|secret|token|id_number|identity|bank_account|card/i;
const started = new WeakSet();

export function start(root) {
  settle();
  forgetOld();
  for (const form of root.querySelectorAll("form[data-draft]")) {
    if (person && !started.has(form)) keep(form);
  }
  for (const form of root.querySelectorAll("form[data-draft-done]")) {
    form.addEventListener("submit", (event) => {
      if (person && !event.defaultPrevented) expect(`${PREFIX}${person}:${form.dataset.draftDone}`);
    });
  }
}

const address = (form) => `${PREFIX}${person}:${form.dataset.draft}`;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function fields(form) {
  return [...form.elements].filter((field) => field.name && (!NEVER_TYPES.has(field.type) || "carried" in field.dataset)
    && !NEVER_NAMES.test(field.name) && !/^cc-|one-time/.test(field.autocomplete || "")
    && !field.closest("[data-no-draft]"));
}

function values(form) {
  return fields(form).map((field) => {
    const isBox = field.type === "checkbox" || field.type === "radio";
    if (isBox) return [field.name, field.value, field.checked];
    if (field.multiple) return [field.name, [...field.selectedOptions].map((option) => option.value)];
    return [field.name, field.value];
  });
}

function keep(form) {
  started.add(form);
  const key = address(form);
  const untouched = JSON.stringify(values(form));
  const found = read(key);
  const hasErrors = form.hasAttribute("data-has-errors") || document.querySelector(".error-summary");
  if (found && !hasErrors && JSON.stringify(found.values) !== untouched) {
    const before = values(form);
    const missing = putBack(form, found.values);
    tell(form, missing, () => {
      localStorage.removeItem(key);
      form.querySelectorAll("[data-carried]").forEach((one) => one.remove());
      putBack(form, before);
    });
  }
  const save = () => {
    const now = values(form);
    if (JSON.stringify(now) === untouched && !hasErrors) localStorage.removeItem(key);
    else store(key, now);
  };
  let waiting = 0;
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 300);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("draft:discard", () => clearTimeout(waiting));
  // Before an upload takes the form over.
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(waiting);
    if (fields(form).length) save();
    expect(key);
  }, true);
}

function expect(key) {
  document.cookie = `${TAKEN}=; Max-Age=0; Path=/; SameSite=Lax`;
  sessionStorage.setItem(SENT, key);
}

function store(key, list) {
  try {
    localStorage.setItem(key, JSON.stringify({ at: Date.now(), values: list }));
  } catch {
    // The browser's store is full or closed; the form works as without a draft.
  }
}

function putBack(form, list) {
  addRows(form, list);
  const seen = new Map();
  let missing = 0;
  for (const [name, value, checked] of list) {
    const same = fields(form).filter((field) => field.name === name);
    const turn = seen.get(name) ?? 0;
    seen.set(name, turn + 1);
    const field = same[turn];
    if (!field) {
      if (value?.length && checked !== false) missing += carry(form, name, value);
      continue;
    }
    const before = field.value;
    if (checked !== undefined) field.checked = checked;
    else if (Array.isArray(value)) {
      for (const option of field.options) option.selected = value.includes(option.value);
    } else field.value = value;
    // What came back is not left in a fold, where it would be sent unseen.
    const fold = field.value && field.value !== before ? field.closest("details") : null;
    if (fold) fold.open = true;
  }
  form.dispatchEvent(new Event("draft:restored", { bubbles: true }));
  return missing;
}

// What stands on another page of a long form goes with it unseen until its review shows it:
// <form data-draft-carry="quantity-"> names how such fields begin.
function carry(form, name, value) {
  const start = form.dataset.draftCarry;
  if (start && name.startsWith(start) && typeof value === "string") {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    field.dataset.carried = "";
    form.append(field);
  }
  return 1;
}

// A table that grew by rows gets as many rows again.
function addRows(form, list) {
  const more = form.querySelector("[data-add-row]");
  const names = new Set(list.map(([name]) => name));
  for (let tries = 0; more && tries < 200; tries += 1) {
    const missing = [...names].some((name) => !form.elements.namedItem(name));
    if (!missing) return;
    more.dispatchEvent(new CustomEvent("click", { bubbles: true, detail: "quiet" }));
  }
}

function tell(form, missing, discard) {
  const notice = part("draft-notice");
  if (!notice) return;
  if (missing) {
    notice.querySelector("p").append(" ", word(form.dataset.draftCarry ? "carried" : "missing", { count: missing }));
  }
  notice.querySelector("[data-discard]").addEventListener("click", () => {
    form.dispatchEvent(new Event("draft:discard"));
    discard();
    notice.remove();
    fields(form)[0]?.focus();
  });
  form.prepend(notice);
  notice.setAttribute("aria-label", word("restored"));
}

// On the page after a sent form: was it taken?
export function settle() {
  const key = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  if (key && document.cookie.split("; ").some((one) => one.startsWith(`${TAKEN}=1`))) {
    localStorage.removeItem(key);
    document.cookie = `${TAKEN}=; Max-Age=0; Path=/; SameSite=Lax`;
  }
}

function keys() {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

function forgetOld() {
  const limit = Date.now() - DAYS_KEPT * 86_400_000;
  for (const key of keys()) if ((read(key)?.at ?? 0) < limit) localStorage.removeItem(key);
}

// Whoever signs out leaves nothing behind on this machine.
document.addEventListener("submit", (event) => {
  const isLeaving = new URL(event.target.action, location.href).pathname === "/sign-out";
  if (isLeaving && !event.defaultPrevented) keys().forEach((key) => localStorage.removeItem(key));
});

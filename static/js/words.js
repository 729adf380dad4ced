// The words that scripts show, in the page's language: data-… attributes of one template.

const holder = document.getElementById("script-words");

export function word(name, values = {}) {
  const text = holder?.dataset[name] ?? "";
  return text.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

// A part of the page that stands ready as <template id="…">, or nothing.
export function part(id) {
  return document.getElementById(id)?.content.firstElementChild?.cloneNode(true) ?? null;
}

let voice = null;

// Say something to people who do not see the page change.
export function say(text) {
  if (!voice?.isConnected) {
    voice = document.createElement("p");
    voice.className = "visually-hidden";
    voice.setAttribute("role", "status");
    document.body.append(voice);
  }
  voice.textContent = "";
  setTimeout(() => { voice.textContent = text; }, 50);
}

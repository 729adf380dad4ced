// How a reserved share comes about, while one types: base × ratio, half up to the fen, not below
// last year where the rule says so. Whole fen and basis points; the server reckons it anew.
//   [data-reckoning]   in the form, with data-least (basis points) and data-last (fen)

import { yuan } from "x/quantity";

const ready = new WeakSet();

export function start(root) {
  for (const place of root.querySelectorAll("[data-reckoning]")) {
    if (ready.has(place)) continue;
    ready.add(place);
    const form = place.closest("form");
    const again = () => reckon(form, place);
    for (const kind of ["input", "draft:restored"]) form.addEventListener(kind, again);
    again();
  }
}

// "12.5" is 1250 hundredths; null for what is no such number.
function hundredths(text) {
  const found = /^\s*(\d{1,9})(?:\.(\d{1,2}))?\s*$/.exec(text ?? "");
  return found ? BigInt(found[1]) * 100n + BigInt((found[2] ?? "").padEnd(2, "0")) : null;
}

function reckon(form, place) {
  const base = hundredths(form.elements.base_amount?.value);
  const ratio = hundredths(form.elements.ratio?.value);
  const raised = hundredths(form.elements.reserved?.value);
  const least = BigInt(place.dataset.least), last = BigInt(place.dataset.last);
  const show = (name, text) => { place.querySelector(`[data-reckoning-${name}]`).textContent = text; };
  const isLow = ratio !== null && ratio < least;
  let result = base !== null && ratio !== null ? (2n * base * ratio + 10_000n) / 20_000n : null;
  const isKept = result !== null && !isLow && result < last;
  if (isKept) result = last;
  if (result !== null && raised !== null && raised > result) result = raised;
  show("base", base === null ? "—" : yuan(base));
  show("ratio", ratio === null ? "—" : `${ratio / 100n}.${String(ratio % 100n).padStart(2, "0")}%`);
  show("result", result === null ? "—" : yuan(result));
  place.querySelector("[data-reckoning-low]").hidden = !isLow;
  place.querySelector("[data-reckoning-kept]").hidden = !isKept;
}

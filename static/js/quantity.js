// Quantities with − and + beside them, and sums that follow. Whole numbers all the way: amounts are
// fen, quantities millionths of what the field counts.
//
//   [data-quantity]        around one input; its min, step, max (or data-min, …) are honoured
//   [data-unit-fen]        on a line: the price of one, in fen; data-tiers="10:950,50:900" from where less
//   [data-sum]             inside the line: its amount      [data-total], [data-line-count]   in the form: of all
//   .is-chosen             on a line while it comes to something

import { part, word } from "x/words";

const MILLION = 1_000_000n;
const ready = new WeakSet();

export function start(root) {
  for (const holder of root.querySelectorAll("[data-quantity]")) {
    if (!ready.has(holder)) addButtons(holder);
  }
  for (const form of new Set([...root.querySelectorAll("[data-unit-fen]")].map(frameOf))) follow(form);
}

const frameOf = (line) => line.closest("form") ?? line.closest("main") ?? document.body;

export function millionths(text) {
  const found = /^\s*(\d{1,9})(?:\.(\d{1,6}))?\s*$/.exec(text);
  return found ? BigInt(found[1]) * MILLION + BigInt((found[2] ?? "").padEnd(6, "0")) : null;
}

export function written(amount) {
  const rest = String(amount % MILLION).padStart(6, "0").replace(/0+$/, "");
  return `${amount / MILLION}${rest && `.${rest}`}`;
}

export function yuan(fen) {
  const whole = String(fen / 100n).replace(/\B(?=(\d{3})+$)/g, ",");
  return `¥${whole}.${String(fen % 100n).padStart(2, "0")}`;
}

function limit(input, name) {
  return millionths(input.getAttribute(name) || input.getAttribute(`data-${name}`) || "");
}

function addButtons(holder) {
  const input = holder.querySelector("input");
  const buttons = part("quantity-buttons");
  if (!input || !buttons) return;
  ready.add(holder);
  const [less, more] = buttons.querySelectorAll("button");
  const name = input.labels?.[0]?.textContent.trim() || input.getAttribute("aria-label") || "";
  less.setAttribute("aria-label", word("less", { name }));
  more.setAttribute("aria-label", word("more", { name }));
  input.before(less);
  input.after(more);
  less.addEventListener("click", () => move(input, -1n));
  more.addEventListener("click", () => move(input, 1n));
  holder.classList.add("has-buttons");
}

function move(input, way) {
  const step = limit(input, "step") || MILLION;
  const low = limit(input, "min") ?? 0n;
  const high = limit(input, "max");
  const now = millionths(input.value);
  let next = now === null ? low : now + way * step;
  if (now !== null && next % step) next = (next / step + (way < 0n ? 1n : 0n)) * step;
  // Below the least there is only nothing, where nothing may be chosen.
  if (next < low) next = way < 0n && holderAllowsNone(input) ? 0n : low;
  if (high !== null && next > high) next = high;
  input.value = next === 0n && holderAllowsNone(input) ? "" : written(next);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

const holderAllowsNone = (input) => input.closest("[data-quantity]").dataset.quantity === "optional";

function follow(form) {
  if (ready.has(form)) return;
  ready.add(form);
  const again = () => count(form);
  form.addEventListener("input", again);
  form.addEventListener("draft:restored", again);
  again();
}

function priceOf(line, amount) {
  let price = BigInt(line.dataset.unitFen);
  let from = -1n;
  for (const tier of (line.dataset.tiers || "").split(",").filter(Boolean)) {
    const [least, fen] = tier.split(":");
    const reached = millionths(least);
    if (reached !== null && reached <= amount && reached > from) [from, price] = [reached, BigInt(fen)];
  }
  return price;
}

function count(form) {
  let all = 0n, lines = 0;
  for (const line of form.querySelectorAll("[data-unit-fen]")) {
    const amount = millionths(line.querySelector("input")?.value ?? "");
    const fen = amount ? (2n * amount * priceOf(line, amount) + MILLION) / (2n * MILLION) : 0n;
    if (fen) lines += 1;
    all += fen;
    line.classList.toggle("is-chosen", fen > 0n);
    show(line.querySelector("[data-sum]"), fen);
  }
  for (const place of form.querySelectorAll("[data-total]")) show(place, all);
  for (const place of form.querySelectorAll("[data-line-count]")) place.textContent = lines;
}

function show(place, fen) {
  if (!place) return;
  place.textContent = fen ? yuan(fen) : "—";
  if ("value" in place) place.setAttribute("value", `${fen / 100n}.${String(fen % 100n).padStart(2, "0")}`);
}

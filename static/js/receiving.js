// The scales at the back door: one tap for a line that is as ordered, reasons to tap, sums at once.
//   form[data-receiving]
//     [data-receive="10"]   a line with what was ordered, data-price-fen the price of one
//       [data-delivered] [data-same] [data-rejected] [data-reasons] [data-reason] [data-receive-sum]
//     [data-receive-all]    takes every line that is still empty as ordered

import { millionths, yuan } from "x/quantity";

const MILLION = 1_000_000n;
const ready = new WeakSet();

export function start(root) {
  for (const form of root.querySelectorAll("form[data-receiving]")) {
    if (ready.has(form)) continue;
    ready.add(form);
    const lines = [...form.querySelectorAll("[data-receive]")];
    for (const line of lines) follow(line);
    form.querySelector("[data-receive-all]").addEventListener("click", (event) => {
      event.preventDefault();
      for (const line of lines) if (!delivered(line).value.trim()) take(line, line.dataset.receive);
    });
    for (const place of form.querySelectorAll("[data-receive-sum-of], [data-receive-progress]")) {
      place.hidden = false;
    }
    const again = () => count(form, lines);
    for (const kind of ["input", "change", "draft:restored"]) form.addEventListener(kind, again);
    again();
  }
}

const delivered = (line) => line.querySelector("[data-delivered]");
const same = (line) => line.querySelector("[data-same]");

function take(line, text) {
  delivered(line).value = text;
  delivered(line).dispatchEvent(new Event("input", { bubbles: true }));
}

function follow(line) {
  same(line).addEventListener("change", () => take(line, same(line).checked ? line.dataset.receive : ""));
  const chips = line.querySelector("[data-reasons]");
  chips.hidden = false;
  chips.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-reason]");
    if (!chip) return;
    const field = line.querySelector("input[name^=reason-]");
    field.value = field.value === chip.textContent ? "" : chip.textContent;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function count(form, lines) {
  let all = 0n, done = 0;
  for (const line of lines) {
    const came = millionths(delivered(line).value);
    const refused = millionths(line.querySelector("[data-rejected]").value) ?? 0n;
    same(line).checked = came !== null && came === millionths(line.dataset.receive);
    const kept = came === null || refused > came ? 0n : came - refused;
    const fen = (2n * kept * BigInt(line.dataset.priceFen) + MILLION) / (2n * MILLION);
    if (came !== null) done += 1;
    all += fen;
    line.classList.toggle("is-filled", came !== null);
    line.querySelector("[data-receive-sum]").textContent = came === null ? "—" : yuan(fen);
    const reason = line.querySelector("input[name^=reason-]").value;
    for (const chip of line.querySelectorAll("[data-reason]")) {
      chip.setAttribute("aria-pressed", String(chip.textContent === reason));
    }
  }
  form.querySelector("[data-receive-total]").textContent = yuan(all);
  form.querySelector("[data-receive-done]").textContent = done;
}

// How much of each line is taken from its batches, while one types. The server counts it anew.
//   [data-allocation="45"]    around a line's fields, with what was ordered, in the fields' own measure
//     [data-allocation-sum]   what is taken so far
//     [data-allocation-even] [data-allocation-short] [data-allocation-over]   one of them is shown;
//     [data-allocation-left]  inside the last two: the difference

import { millionths, written } from "x/quantity";

const ready = new WeakSet();

export function start(root) {
  for (const group of root.querySelectorAll("[data-allocation]")) {
    if (ready.has(group)) continue;
    ready.add(group);
    const again = () => count(group);
    group.addEventListener("input", again);
    group.closest("form").addEventListener("draft:restored", again);
    again();
  }
}

function count(group) {
  let taken = 0n;
  for (const input of group.querySelectorAll("input")) taken += millionths(input.value) ?? 0n;
  const left = millionths(group.dataset.allocation) - taken;
  group.querySelector("[data-allocation-sum]").textContent = written(taken);
  const shown = left > 0n ? "short" : left < 0n ? "over" : "even";
  for (const name of ["even", "short", "over"]) {
    group.querySelector(`[data-allocation-${name}]`).hidden = name !== shown;
  }
  for (const place of group.querySelectorAll("[data-allocation-left]")) {
    place.textContent = written(left < 0n ? -left : left);
  }
}

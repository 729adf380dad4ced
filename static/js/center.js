// A picture wider than its place starts where something stands: the middle of its tiles with a value.

export function start(root) {
  for (const place of root.querySelectorAll("[data-center]")) {
    const tiles = [...place.querySelectorAll(".chart-tile:not(.level-unknown, .level-0)")];
    if (!tiles.length || place.scrollWidth <= place.clientWidth) continue;
    const boxes = tiles.map((tile) => tile.getBoundingClientRect());
    const left = Math.min(...boxes.map((box) => box.left));
    const right = Math.max(...boxes.map((box) => box.right));
    place.scrollLeft += (left + right) / 2 - place.getBoundingClientRect().left - place.clientWidth / 2;
  }
}

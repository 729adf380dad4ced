// A table that is wider than its frame can be reached and scrolled with the keys; one that fits is no stop.

const caption = (frame) => frame.querySelector("caption")?.textContent.trim();

function mark(frame) {
  const scrolls = frame.scrollWidth > frame.clientWidth + 1;
  if (!scrolls) {
    frame.removeAttribute("tabindex");
    frame.removeAttribute("role");
    frame.removeAttribute("aria-label");
    return;
  }
  frame.tabIndex = 0;
  const name = caption(frame);
  if (!name) return;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", name);
}

export function start(root) {
  // Those that always scroll say so themselves.
  const frames = root.querySelectorAll(".table-scroll:not([tabindex])");
  const watch = new ResizeObserver((entries) => entries.forEach((entry) => mark(entry.target)));
  for (const frame of frames) watch.observe(frame);
}

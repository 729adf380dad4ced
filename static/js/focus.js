// Bring the list of errors to the reader, so that it is not missed above a long form.

export function start(root) {
  root.querySelector("[data-focus]")?.focus();
}

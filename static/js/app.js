// Small help on top of pages that work without it.

// Ask before an action that cannot be taken back: <form data-confirm="…">
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// What is wrong is said by the page, in its own language, with all of it at once.
for (const form of document.querySelectorAll("form[method=post]")) form.noValidate = true;

// Bring the list of errors to the reader, so that it is not missed above a long form.
document.querySelector("[data-focus]")?.focus();

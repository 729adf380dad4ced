// On the page that kept a form for which one has to sign in first: with script this takes one tab.
// What was typed waits in this tab (sessionStorage), and nowhere else, until it is shown again.
//   <form data-resume="keep">  on the page that kept it, with the link to sign in
//   <p data-resume="return">   on the page after signing in: sends it back to be shown and checked;
//                              without a token, so that nothing is done before somebody says so

const KEY = "resume", MINUTES = 60;

export function start(root) {
  const place = root.querySelector("[data-resume]");
  if (place.dataset.resume === "keep") keep(place);
  else comeBack();
}

function keep(form) {
  const link = document.querySelector("[data-resume-link]");
  if (!link) return;
  link.removeAttribute("target");
  link.href = link.dataset.resumeLink;
  link.addEventListener("click", () => {
    const pairs = [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
    const kept = { at: Date.now(), action: form.getAttribute("action"), pairs };
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  });
  for (const one of document.querySelectorAll("[data-without-script]")) one.hidden = true;
  for (const one of document.querySelectorAll("[data-with-script]")) one.hidden = false;
}

function comeBack() {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  const isOwn = kept && /^\/(?![/\\])/.test(kept.action);
  if (!isOwn || Date.now() - kept.at > MINUTES * 60_000) return;
  const form = document.createElement("form");
  form.method = "post";
  form.action = kept.action;
  for (const [name, value] of kept.pairs) {
    const field = document.createElement("textarea"); // keeps the ends of lines
    field.name = name;
    field.value = value;
    form.append(field);
  }
  form.hidden = true;
  document.body.append(form);
  HTMLFormElement.prototype.submit.call(form);
}

// What is wrong with the page's content, whatever its width: a list of [rule, words].
async (options) => {
  const faults = [];
  const note = (rule, words) => faults.push([rule, words]);
  const name = (one) => one.outerHTML.replace(/\s+/g, " ").slice(0, 120);
  const visible = (one) => one.checkVisibility({ checkVisibilityCSS: true });

  // Pictures: every one that is shown has come.
  const pictures = [...document.images];
  pictures.forEach((image) => { image.loading = "eager"; });
  await Promise.all(pictures.map((image) => image.decode().catch(() => null)));
  for (const image of pictures) {
    if (!(image.complete && image.naturalWidth > 0)) note("picture", name(image));
    if (!image.hasAttribute("alt")) note("picture", `no alt: ${name(image)}`);
  }
  for (const use of document.querySelectorAll("svg use")) {
    if (!visible(use.ownerSVGElement)) continue;
    const box = use.getBBox();
    if (box.width === 0 && box.height === 0) note("picture", `draws nothing: ${name(use.ownerSVGElement)}`);
  }

  // Headings: one h1, and the title starts with its words.
  const plain = (words) => words.replace(/\s+/g, " ").trim();
  const headings = [...document.querySelectorAll("h1")].map((one) => plain(one.textContent));
  if (headings.length !== 1) note("heading", `h1: ${headings.length} (${headings.join(" · ")})`);
  else if (!headings[0] || !plain(document.title).startsWith(headings[0])) {
    note("heading", `the title “${document.title}” does not start with “${headings[0]}”`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const twice of new Set(ids.filter((id, n) => ids.indexOf(id) !== n))) note("heading", `id twice: ${twice}`);

  // Words: in another language than Chinese no message stands as it does in the source.
  if (root_language() !== "zh-Hans") {
    const known = new Set(options.messages);
    const patterns = options.patterns.map((source) => new RegExp(`^${source}$`, "s"));
    const check = (words, where) => {
      const text = plain(words);
      if (!/\p{Script=Han}/u.test(text)) return;
      if (known.has(text) || patterns.some((one) => one.test(text))) note("untranslated", `“${text.slice(0, 60)}” in ${where}`);
    };
    const plain_page = document.documentElement.cloneNode(true);  // sentences as before their names were marked
    for (const one of plain_page.querySelectorAll("span[data-written], tspan[data-written]")) one.replaceWith(...one.childNodes);
    plain_page.normalize();
    const walker = document.createTreeWalker(plain_page, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      if (parent.closest("script, style, [lang]:not(html):not([data-written])")) continue;
      check(walker.currentNode.data, parent.cloneNode(false).outerHTML.slice(0, 80));
    }
    for (const attribute of ["aria-label", "alt", "title", "placeholder", "data-label", "data-confirm"]) {
      for (const one of document.querySelectorAll(`[${attribute}]`)) {
        if (!one.closest("[lang]:not(html)")) check(one.getAttribute(attribute), attribute);
      }
    }
  }
  function root_language() { return document.documentElement.lang; }
  return faults;
}

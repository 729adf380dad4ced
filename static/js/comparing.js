// Ticks for comparing go with one through a listing: into the address, and into every link that
// leads to another page of it, and into the search: <form data-comparing> with its name "products".

const NAME = "products";

// A browser may have kept ticks that the address has not.
export function start(root) {
  root.querySelectorAll("form[data-comparing]").forEach(carry);
}

export function carry(form) {
  const ticked = new FormData(form).getAll(NAME);
  const here = new URL(location.href);
  history.replaceState(history.state, "", withTicks(here, ticked));
  for (const link of document.querySelectorAll("main a[href]")) {
    const address = new URL(link.href);
    if (address.origin === here.origin && address.pathname === here.pathname && !link.hash) {
      link.href = withTicks(address, ticked).href;
    }
  }
  for (const search of document.querySelectorAll("form.search")) {
    search.querySelectorAll(`input[name="${NAME}"]`).forEach((one) => one.remove());
    search.append(...ticked.map(hidden));
  }
}

function withTicks(address, ticked) {
  address.searchParams.delete(NAME);
  ticked.forEach((one) => address.searchParams.append(NAME, one));
  return address;
}

function hidden(value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name: NAME, value });
}

// Tables that one types into: Enter goes down the column, the button adds a row.
//   [data-rows]        the tbody (or list) with the rows
//   [data-add-row]     a button; its value names the <template> of a row, in which __n__ is counted up

const ready = new WeakSet();

export function start(root) {
  for (const table of root.querySelectorAll("[data-rows]")) {
    if (ready.has(table)) continue;
    ready.add(table);
    table.addEventListener("keydown", (event) => down(event, table));
    const button = addButton(table);
    if (button) {
      button.hidden = false;
      button.addEventListener("click", (event) => add(table, button, event.detail !== "quiet"));
    }
  }
}

const addButton = (table) => table.closest("form")?.querySelector("[data-add-row]") ?? null;

function add(table, button, withFocus) {
  const pattern = document.getElementById(button.dataset.addRow)?.content.firstElementChild;
  const most = Number(button.dataset.most || 200);
  if (!pattern || table.children.length >= most) return null;
  const row = document.importNode(pattern, true);
  const number = String(table.children.length);
  for (const one of [row, ...row.querySelectorAll("*")]) {
    for (const attribute of one.attributes) {
      attribute.value = attribute.value.replaceAll("__n__", number);
    }
  }
  table.append(row);
  row.dispatchEvent(new Event("page:changed", { bubbles: true }));
  if (withFocus) row.querySelector("input, select")?.focus();
  return row;
}

function down(event, table) {
  const field = event.target;
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !field.matches("input")) return;
  event.preventDefault();
  const row = [...table.children].find((one) => one.contains(field));
  const column = [...row.querySelectorAll("input, select")].indexOf(field);
  const button = addButton(table);
  let below = row.nextElementSibling;
  while (below && !below.querySelector("input, select")) below = below.nextElementSibling; // a heading
  const next = below ?? (button && add(table, button, false));
  next?.querySelectorAll("input, select")[column]?.focus();
}

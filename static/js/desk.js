// The desk by keyboard. A key presses what carries it in data-key, or puts the cursor into what carries data-key-focus;
// j, k and x walk through a table's rows and choose them; ? shows them all, and there they can be switched off
// (WCAG 2.1.4). Everything here is a help: the pages do the same without it.

const OFF = "miitti-keys-off";
const off = () => localStorage.getItem(OFF) === "1";
const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
const boxes = () => [...document.querySelectorAll("[data-rows] tbody input[type=checkbox]")];

function walk(step) {
  const all = boxes();
  const here = all.indexOf(document.activeElement);
  all[Math.min(all.length - 1, Math.max(0, here + step))]?.focus();
}

function help() {
  const dialog = document.querySelector("[data-keys-help]");
  if (!dialog) return;
  const list = dialog.querySelector("[data-keys-page]");
  const row = (key, words) => {
    const line = document.createElement("div");
    for (const [name, text] of [["dt", key], ["dd", words]]) {
      line.append(Object.assign(document.createElement(name), { textContent: text }));
    }
    return line;
  };
  const named = (each) => each.labels?.[0]?.textContent ?? each.textContent;
  list.replaceChildren(
    ...[...document.querySelectorAll("[data-key], [data-key-focus]")].map((each) =>
      row(each.dataset.key ?? each.dataset.keyFocus, named(each).trim()),
    ),
  );
  dialog.querySelector("[data-keys-rows]").hidden = !boxes().length;
  dialog.querySelector("[data-keys-off]").checked = off();
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    help();
    return;
  }
  if (off()) return;
  const pressed = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  const focused = document.querySelector(`[data-key-focus="${CSS.escape(event.key)}"]`);
  if (pressed) pressed.click();
  else if (focused) focused.focus();
  else if (event.key === "j" || event.key === "k") walk(event.key === "j" ? 1 : -1);
  else if (event.key === "x" && boxes().includes(event.target)) event.target.click();
  else return;
  event.preventDefault();
});

document.querySelector("[data-keys-off]")?.addEventListener("change", (event) => localStorage.setItem(OFF, event.target.checked ? "1" : ""));
document.querySelector("[data-keys-open]")?.addEventListener("click", help);

const all = document.querySelector("[data-all]");
if (all) {
  all.hidden = false;
  all.addEventListener("change", () => boxes().forEach((box) => (box.checked = all.checked)));
}

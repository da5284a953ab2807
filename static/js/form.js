// The registration form: where the focus goes after a step, how long the seat is kept, one press one sending.
// Everything here is a help; the page does the same without it.

function focusNew(root) {
  const target = root.querySelector(".error-summary[data-focus], .note[data-focus]") ?? root.querySelector("[data-focus]");
  target?.focus();
}

function countDown(element) {
  const until = Date.now() + Number(element.dataset.countdown) * 1000;
  let said = null;
  const tick = () => {
    if (!element.isConnected) return;
    const minutes = Math.ceil((until - Date.now()) / 60000);
    if (minutes !== said) {
      said = minutes;
      element.textContent = minutes > 0 ? element.dataset.text.replace("%s", minutes) : element.dataset.over;
    }
    if (minutes > 0) setTimeout(tick, 1000);
  };
  tick();
}

// A field that belongs to one answer only is hidden, and not sent, under any other answer.
function showWhereItBelongs(field) {
  const [name, values] = field.dataset.shownIf.split("=");
  const form = field.closest("form");
  const wanted = values.split("|");
  const judge = () => {
    field.hidden = !wanted.includes(new FormData(form).get(name));
    field.querySelectorAll("input, select").forEach((input) => (input.disabled = field.hidden));
  };
  form.addEventListener("change", judge);
  judge();
}

function bind(root) {
  root.querySelectorAll("[data-shown-if]").forEach(showWhereItBelongs);
  root.querySelectorAll("[data-countdown]").forEach(countDown);
  root.querySelectorAll("form[data-once]").forEach((form) => {
    form.addEventListener("submit", () => form.querySelector("button").setAttribute("aria-disabled", "true"), { once: true });
    let sent = false;
    form.addEventListener("submit", (event) => (sent ? event.preventDefault() : (sent = true)));
  });
}

bind(document);
if (document.querySelector(".error-summary, #refusal")) focusNew(document);
document.addEventListener("htmx:afterSwap", () => {
  const step = document.getElementById("step");
  bind(step);
  focusNew(step);
});

// The registration form: where the focus goes after a step, how long the seat is kept, one press one sending.
// Everything here is a help; the page does the same without it.

function focusNew(root) {
  const target = root.querySelector(".error-summary[data-focus], .note[data-focus]") ?? root.querySelector("[data-focus]");
  target?.focus();
}

function countDown(element) {
  let until = Date.now() + Number(element.dataset.countdown) * 1000;
  let said = null;
  whileTyping(element, (seconds) => { until = Date.now() + seconds * 1000; });
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

// Whoever types keeps the seat: the server is told at most once in a minute, and answers with the seconds that are left.
const TELL_EVERY = 60_000;

function whileTyping(element, extend) {
  const form = document.querySelector("#step form[hx-post]");
  if (!form || !element.dataset.stay) return;
  let told = Date.now();
  form.addEventListener("input", async () => {
    if (Date.now() - told < TELL_EVERY) return;
    told = Date.now();
    const body = new FormData();
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(element.dataset.stay, { method: "POST", body }).catch(() => null);
    if (answer?.ok) extend((await answer.json()).seconds);
  });
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

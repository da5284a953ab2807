// Free seats stay true on an open page: every 25 seconds, while it is looked at, the page asks for those it shows.
// What has not changed is not touched; what has is told once. Without scripts the page is as true as when it was opened.

const EVERY = 25_000;

const shown = () => [...document.querySelectorAll("[data-event] [data-seats]")];

function take(fresh) {
  const news = [];
  for (const old of shown()) {
    const now = fresh.querySelector(`[data-seats="${old.dataset.seats}"]`);
    if (!now || now.textContent.trim() === old.textContent.trim()) continue;
    old.replaceChildren(...now.childNodes);
    const whole = old.closest("[data-event]");
    news.push([whole.dataset.name ?? whole.querySelector("h3 a")?.textContent, old.textContent.trim()].filter(Boolean).join(": "));
    const moved = whole.querySelector("[data-moved]");
    if (moved && now.dataset.door !== whole.dataset.door) moved.hidden = false;
  }
  const place = document.querySelector("[data-seats-news]");
  if (news.length && place) place.textContent = news.join(". ");
}

async function ask() {
  const from = document.querySelector("[data-seats-from]")?.dataset.seatsFrom;
  const keys = shown().map((each) => each.dataset.seats);
  if (document.hidden || !from || !keys.length) return;
  const answer = await fetch(`${from}?events=${keys.join(".")}`, { credentials: "omit" }).catch(() => null);
  if (answer?.ok) take(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

setInterval(ask, EVERY);
document.addEventListener("visibilitychange", ask);

// On a phone the background form asks one idea at a time: Continue and Back of the form go through them first.
// Without scripts, and where there is room, all of it stands below each other.
const narrow = matchMedia("(max-width: 40rem)");

function oneAtATime(box) {
  const ideas = [...box.querySelectorAll("[data-idea]")];
  const form = box.closest("form");
  const back = form.querySelector("[data-back]");
  let at = Math.max(0, ideas.findIndex((idea) => idea.querySelector(".field-wrong")));

  const show = () => {
    ideas.forEach((idea, number) => (idea.hidden = narrow.matches && number !== at));
    box.classList.toggle("one-at-a-time", narrow.matches);
  };
  const go = (number) => {
    at = number;
    show();
    ideas[at].querySelector("h2").focus();
    window.scrollTo({ top: form.getBoundingClientRect().top + window.scrollY - 16 });
  };

  form.addEventListener("submit", (event) => {
    if (!narrow.matches || event.submitter?.name || at === ideas.length - 1) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    go(at + 1);
  }, { capture: true });
  back?.addEventListener("click", (event) => {
    if (!narrow.matches || at === 0) return;
    event.preventDefault();
    go(at - 1);
  });
  form.querySelectorAll(".error-summary a").forEach((link) => link.addEventListener("click", () => {
    const number = ideas.findIndex((idea) => idea.querySelector(link.hash));
    if (number >= 0) { at = number; show(); }
  }));
  narrow.addEventListener("change", show);
  show();
}

const bind = (root) => root?.querySelectorAll("[data-ideas]").forEach(oneAtATime);

bind(document);
document.addEventListener("htmx:afterSwap", () => bind(document.getElementById("step")));

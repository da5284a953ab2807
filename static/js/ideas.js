// On a phone the background form asks one idea at a time: Continue and Back of the form go through them first.
// Without scripts, and where there is room, all of it stands below each other.
const narrow = matchMedia("(max-width: 40rem)");

function oneAtATime(box) {
  const ideas = [...box.querySelectorAll("[data-idea]")];
  const form = box.closest("form");
  const back = form.querySelector("[data-back]");
  const isWrong = (idea) => idea.querySelector(".field-wrong");
  let at = Math.max(0, ideas.findIndex(isWrong), Number(sessionStorage.getItem("idea") ?? 0));
  sessionStorage.removeItem("idea");

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

  // After a refusal one goes from one wrong idea to the next, and then sends it again.
  const after = () => (ideas.some(isWrong) ? ideas.findIndex((idea, number) => number > at && isWrong(idea)) : at + 1);

  form.addEventListener("submit", (event) => {
    if (!narrow.matches) return;
    if (event.submitter?.name) {
      sessionStorage.setItem("idea", at);
      return;
    }
    const next = after();
    if (next < 0 || next === ideas.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    go(next);
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

// The organiser's questions: one that depends on other answers appears as soon as they are given.
// The rules are those of registrations/rules/conditions.py; the server judges anew, and does the same without scripts.

const bare = (text) => text.trim().toLowerCase();

function same(answer, wanted) {
  if (Array.isArray(answer)) return answer.includes(wanted);
  if (typeof answer === "string" && typeof wanted === "string") return bare(answer) === bare(wanted);
  return answer === wanted;
}

function compares(trial, answer, wanted) {
  if (trial === "is") return same(answer, wanted);
  if (trial === "is_not") return !same(answer, wanted);
  if (trial === "one_of") return Array.isArray(wanted) && [answer].flat().some((each) => wanted.includes(each));
  if (typeof answer !== typeof wanted) return false;
  if (typeof answer === "string") return trial === "before" ? answer < wanted : trial === "after" && answer > wanted;
  if (typeof answer === "number") return trial === "at_least" ? answer >= wanted : trial === "at_most" && answer <= wanted;
  return false;
}

function holds({ question, test, value }, answers) {
  const answer = answers[question];
  if (answer === undefined || answer === null || answer === "" || (Array.isArray(answer) && !answer.length)) return false;
  return test === "filled" || compares(test, answer, value);
}

const joined = (join, found) => (join === "all" || !found.length ? found.every(Boolean) : found.some(Boolean));
export const isAsked = (when, answers) =>
  joined(when.join, when.groups.map((group) => joined(group.join, group.tests.map((test) => holds(test, answers)))));

function answerOf(block) {
  const inputs = [...block.querySelectorAll("input, textarea, select")];
  const [first] = inputs;
  if (!first) return undefined;
  if (first.type === "radio") {
    const chosen = inputs.find((each) => each.checked);
    return chosen && "number" in chosen.dataset ? Number(chosen.value) : chosen?.value;
  }
  if (first.type === "checkbox" && block.querySelector("fieldset")) {
    return inputs.filter((each) => each.checked).map((each) => each.value);
  }
  const file = inputs.find((each) => each.type === "file");
  if (file) return file.value || inputs.find((each) => each.type === "hidden")?.value || "";
  if (first.type === "checkbox") return first.checked;
  if (first.inputMode === "decimal") {
    const plain = first.value.replace(/\s/g, "").replace(",", ".").replace("−", "-");
    return plain === "" || Number.isNaN(Number(plain)) ? undefined : Number(plain);
  }
  return first.value;
}

function follow(box) {
  const form = box.closest("form");
  const blocks = [...box.querySelectorAll("[data-question]")];
  const news = box.querySelector("[data-questions-news]");
  const judge = (told) => {
    const answers = JSON.parse(box.dataset.known);
    let appeared = false;
    for (const block of blocks) {
      const asked = !block.dataset.when || isAsked(JSON.parse(block.dataset.when), answers);
      appeared ||= asked && block.hidden;
      block.hidden = !asked;
      if (asked) answers[block.dataset.question] = answerOf(block);
    }
    form.elements.shown.value = blocks.filter((each) => !each.hidden).map((each) => each.dataset.question).join(",");
    if (told) news.textContent = appeared ? box.dataset.told : "";
  };
  box.addEventListener("input", () => judge(true));
  judge(false);
}

const bind = (root) => root?.querySelectorAll("[data-questions]").forEach(follow);

bind(document);
document.addEventListener("htmx:afterSwap", () => bind(document.getElementById("step")));

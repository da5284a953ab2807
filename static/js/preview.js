// While somebody writes, the preview follows. Without this the button does the same when it is pressed.

const QUIET = 700;

for (const form of document.querySelectorAll("form[data-live-preview]")) {
  const button = form.querySelector("[data-preview]");
  let timer;
  const show = () => form.requestSubmit(button);
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, QUIET);
  });
  show();
}

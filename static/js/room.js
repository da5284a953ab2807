// A fair's room: the page as the server drew it, kept up to date by the socket. Without it every form works as a form.

import {Connection} from "./vf1.js";

const room = document.querySelector("[data-room]");
const $ = (selector, root = room) => root.querySelector(selector);
const me = Number(room.dataset.me);
const clock = new Intl.DateTimeFormat(room.dataset.language, {hour: "numeric", minute: "2-digit", timeZone: "Europe/Helsinki"});

const talk = {box: $("[data-talk-box]"), list: $("[data-messages]"), sending: $("[data-sending]"), none: $("[data-no-messages]")};
const questions = {list: $("[data-questions]"), none: $("[data-no-questions]")};
const MOST_MESSAGES = 300;

// What is on the page

function fill(item, values) {
  for (const [field, value] of Object.entries(values)) {
    item.querySelectorAll(`[data-field="${field}"]`).forEach((element) => {
      if (typeof value === "boolean") element.hidden = !value;
      else element.textContent = value;
    });
  }
}

function fillAuthor(item, by) {
  fill(item, {name: by?.name ?? "", employer: by?.employer ?? "", moderator: by?.role === "moderator"});
  item.querySelectorAll('[data-field="employer"]').forEach((element) => (element.hidden = !by?.employer));
}

function fillTime(item, at) {
  const time = $("time", item);
  time.dateTime = at;
  time.textContent = clock.format(new Date(at));
}

function copyOf(name, key, said) {
  const item = $(`[data-${name}-template]`).content.firstElementChild.cloneNode(true);
  item.dataset[name] = said.id;
  item.querySelectorAll(`input[name="${name}"]`).forEach((input) => (input.value = said.id));
  fill(item, {text: said.text, hint: said.text.slice(0, 40)});
  fillAuthor(item, said.by);
  fillTime(item, said.at);
  return item;
}

// Talk

let unseen = 0, unheard = 0;
const atTheEnd = () => talk.box.scrollHeight - talk.box.scrollTop - talk.box.clientHeight < 60;

function toNewest() {
  talk.box.scrollTop = talk.box.scrollHeight;
  unseen = 0;
  $("[data-to-newest]").hidden = true;
}

function addMessage(said) {
  if ($(`[data-message="${said.id}"]`, talk.list)) return;
  const follow = atTheEnd() || said.by.id === me;
  const item = copyOf("message", "message", said);
  item.classList.toggle("mine", said.by.id === me);
  talk.list.append(item);
  while (talk.list.children.length > MOST_MESSAGES) talk.list.firstElementChild.remove();
  talk.none.hidden = true;
  if (said.by.id !== me) unheard += 1;
  if (follow) return toNewest();
  unseen += 1;
  $("[data-unseen]").textContent = unseen;
  $("[data-to-newest]").hidden = false;
}

// A screen reader hears how many messages came, at most every ten seconds, and not each of them.
setInterval(() => {
  if (unheard) $("[data-announcer]").textContent = `${$("[data-announcer]").dataset.text} ${unheard}`;
  unheard = 0;
}, 10_000);

// Questions

function addQuestion(asked, sq) {
  if ($(`[data-question="${asked.id}"]`, questions.list)) return;
  const item = copyOf("question", "question", asked);
  fill(item, {anonymous: asked.by === null, author: asked.by !== null, score: 0});
  item.dataset.sq = sq ?? "";
  const vote = $('[data-command="qa.vote"]', item);
  vote.hidden = asked.by?.id === me || own.has(sq);
  press(vote, voted.has(String(asked.id)));
  questions.list.append(item);
  questions.none.hidden = true;
  settle(asked);
}

function settle({id, answered, answer}) {
  const item = $(`[data-question="${id}"]`, questions.list);
  if (!item) return;
  item.classList.toggle("answered", answered);
  fill(item, {answered, open: !answered});
  const words = $('[data-field="answer"]', item);
  words.textContent = answer;
  words.hidden = !answer;
  sort();
}

function setScores(scores) {
  for (const [id, score] of Object.entries(scores)) {
    const item = $(`[data-question="${id}"]`, questions.list);
    if (!item) continue;
    item.dataset.score = score;
    fill(item, {score});
  }
  sort();
}

// Open ones first, the most wanted first. While somebody is busy in the list it stands still under their finger.
function sort() {
  if (questions.list.matches(":hover") || questions.list.contains(document.activeElement)) return;
  const rank = (item) => [item.classList.contains("answered") ? 1 : 0, -Number(item.dataset.score), Number(item.dataset.question)];
  const items = [...questions.list.children];
  const wanted = items.toSorted((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    return x[0] - y[0] || x[1] - y[1] || x[2] - y[2];
  });
  if (wanted.some((item, index) => item !== items[index])) questions.list.append(...wanted);
}
questions.list.addEventListener("pointerleave", sort);
questions.list.addEventListener("focusout", () => setTimeout(sort));

function remove(name, id) {
  $(`[data-${name}="${id}"]`)?.remove();
  talk.none.hidden = talk.list.children.length > 0;
  questions.none.hidden = questions.list.children.length > 0;
}

// Stage

const turns = $("[data-turns]");
let following = null, stageNow = null;

function setStage(stage) {
  stageNow = stage;
  for (const [id, state] of Object.entries(stage.pitches)) {
    const pitch = $(`[data-pitch="${id}"]`);
    if (!pitch) continue;
    pitch.dataset.state = state;
    $("[data-on]", pitch).hidden = state !== "live";
    const start = $("[data-start]", pitch);
    if (start) start.hidden = state !== "upcoming";
  }
  const on = stage.pitch && $(`[data-pitch="${stage.pitch}"]`);
  const label = $("[data-stage-state]");
  $("[data-stage]").dataset.stage = stage.state;
  label.textContent = label.dataset[stage.state];
  $("[data-stage-title]").textContent = on ? $("[data-title]", on).textContent : $("[data-stage-title]").dataset.none;
  $("[data-stage-employer]").textContent = on ? $("[data-employer]", on).textContent : "";
  following = stage.following;
  turns.dataset.at = stage.turns_at ?? "";
  const end = $("[data-stage-end]");
  if (end) {
    end.hidden = !stage.pitch;
    $("input[name=pitch]", end).value = stage.pitch ?? "";
  }
  countDown();
}

function countDown() {
  if (!turns.dataset.at) return void (turns.textContent = "");
  const at = new Date(turns.dataset.at);
  const minutes = Math.ceil((at - Date.now()) / 60_000);
  const live = $("[data-stage]").dataset.stage === "live";
  const next = following && $(`[data-pitch="${following}"] [data-title]`);
  const words = (live ? turns.dataset.until : turns.dataset.next)
    .replace("{time}", clock.format(at))
    .replace("{title}", next?.textContent ?? "");
  const left = minutes > 0 ? turns.dataset.left.replace("{minutes}", minutes) : turns.dataset.soon;
  const text = `${words} (${left})`;
  if (turns.textContent !== text) turns.textContent = text;
}
following = $('[data-pitch][data-state="upcoming"]')?.dataset.pitch ?? null;
countDown();
setInterval(countDown, 5_000);

// Everybody hears of a change at once; they fetch the new programme spread over some seconds.
function fetchProgramme() {
  setTimeout(async () => {
    const response = await fetch(location.pathname, {headers: {"HX-Request": "true"}});
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("#programme");
    if (fresh) document.getElementById("programme").replaceWith(fresh);
    if (stageNow) setStage(stageNow);
  }, Math.random() * 5_000);
}

// The socket

const EVENTS = {
  "chat.msg": addMessage,
  "chat.hide": ({id}) => remove("message", id),
  "qa.asked": addQuestion,
  "qa.answered": settle,
  "qa.hide": ({id}) => remove("question", id),
  "stage.state": setStage,
  "schedule.changed": fetchProgramme,
};

const STATES = {
  "presence.count": (count) => {
    $("[data-here]").textContent = count;
    $("[data-here-box]").hidden = !count;
  },
  "qa.score": setScores,
};

const own = new Set(); // sq of one's own questions: nobody votes for oneself, also not without a name
const pending = new Map(); // sq of an acknowledged message → its line "being sent"

const address = new URL(room.dataset.socket, location.href);
address.protocol = address.protocol.replace("http", "ws");
const line = $("[data-connection]");
let everLive = false;

const connection = new Connection(address.href, {
  channel: room.dataset.room,
  since: {epoch: room.dataset.epoch, sq: room.dataset.sq},
  apply: ({t, sq, d}) => {
    EVENTS[t]?.(d, sq);
    pending.get(sq)?.remove();
    pending.delete(sq);
  },
  reset: (snapshot) => {
    talk.list.replaceChildren();
    questions.list.replaceChildren();
    snapshot.messages.forEach(addMessage);
    snapshot.questions.forEach((asked) => addQuestion(asked));
    setStage(snapshot.stage);
    fetchProgramme();
  },
  state: (name, value) => STATES[name]?.(value),
  status: (word, code) => {
    line.textContent = code === 4409 ? line.dataset.replaced : line.dataset[word];
    line.dataset.now = word;
    if (word === "ended") room.dataset.ended = "";
    if (word === "live") {
      everLive = true;
      delete room.dataset.ended;
    }
  },
});

// Some networks let no socket through. Then the page is one of plain forms, which it was before.
setTimeout(() => {
  if (everLive) return;
  room.dataset.ended = "";
  line.textContent = line.dataset.plain;
  line.dataset.now = "lost";
}, 8_000);

// Forms

function values(form) {
  const found = Object.fromEntries(new FormData(form));
  delete found.csrfmiddlewaretoken;
  delete found.id;
  return found;
}

function sayWrong(form, text) {
  const place = $("[data-error]", form) ?? $("[data-error]");
  place.textContent = text;
  place.hidden = !text;
}

const BEFORE = {
  "chat.send": (form, d) => {
    const item = document.createElement("li");
    item.className = "mine";
    item.append(Object.assign(document.createElement("p"), {className: "meta", textContent: talk.sending.dataset.note}));
    item.append(Object.assign(document.createElement("p"), {textContent: d.text, dir: "auto"}));
    talk.sending.append(item);
    form.reset();
    toNewest();
    return item;
  },
  "qa.ask": (form) => void form.reset(),
  "qa.vote": (form, d) => void press(form, d.on === "1"),
};

// Whose votes are one's own is known to this page alone; a snapshot is the same for everybody.
const voted = new Set([...room.querySelectorAll('[aria-pressed="true"]')].map((button) => button.form.elements.question.value));

function press(form, on) {
  $("button", form).setAttribute("aria-pressed", String(on));
  form.elements.on.value = on ? "0" : "1";
  voted[on ? "add" : "delete"](form.elements.question.value);
}

function disown(sq) {
  own.add(sq);
  const vote = $(`[data-sq="${sq}"] [data-command="qa.vote"]`, questions.list);
  if (vote) vote.hidden = true;
}

async function obey(form) {
  const t = form.dataset.command, d = values(form);
  if ("text" in d && !d.text.trim()) return form.elements.text.focus();
  sayWrong(form, "");
  const item = BEFORE[t]?.(form, d);
  try {
    const {sq} = await connection.send(t, d);
    if (item && sq > connection.last) pending.set(sq, item);
    else item?.remove();
    if (t === "qa.ask") disown(sq);
  } catch (refusal) {
    if (t === "qa.vote") press(form, d.on !== "1");
    const why = refusal.message ?? line.dataset.ended;
    if (item) return keepUnsent(item, form, d, why);
    const box = form.elements.text;
    const busy = box && box.value && box.value !== d.text;
    if (box && !busy) box.value = d.text;
    if (box && d.anonymous) form.elements.anonymous.checked = true;
    sayWrong(form, busy ? `${why} – “${d.text}”` : why);
  }
}

// What was finally refused stays where it was written, with the reason; a press takes it back into the box.
function keepUnsent(item, form, d, why) {
  $(".meta", item).textContent = why;
  const again = Object.assign(document.createElement("button"), {type: "button", className: "link", textContent: talk.sending.dataset.again});
  again.addEventListener("click", () => {
    form.elements.text.value = d.text;
    form.elements.text.focus();
    item.remove();
  });
  item.append(again);
}

room.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-command]");
  if (!form || "ended" in room.dataset) return; // then it goes as a plain form
  event.preventDefault();
  obey(form);
});
$("[data-to-newest]").addEventListener("click", toNewest);
toNewest();

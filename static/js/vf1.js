// Client of protocol vf1: one socket to one fair, one channel. Every message is explained in docs/vf1.md.
//
//   const connection = new Connection(url, {
//     channel: "room:7", since: {epoch, sq},     what the page shows already
//     apply(event),                              a durable event {t, sq, ts, d}: in order, each once
//     reset(snapshot),                           too much was missed: forget what is shown, begin from this
//     state(name, value),                        a value of which only the newest matters, e.g. "presence.count"
//     status(word, code),                        "live", "lost", "ended" (with the close code)
//   });
//   const {sq} = await connection.send("chat.send", {text});   resolves once it is durable; rejects with {code, message}
//
// What is sent while the line is down waits, goes out after the reconnect, and is obeyed once, however often it went.

const FIRST_RETRY = 250, SLOWEST_RETRY = 30_000, RESTART = 8_000, ACK_EVERY = 100, REPEATS = 20;
const LATER = new Set(["slow_down", "try_again"]); // refused for the moment: sent again by itself
const FINAL = new Set([4401, 4403, 4409, 4426]);

export class Connection {
  constructor(url, {channel, since = null, apply, reset, state, status}) {
    Object.assign(this, {url, channel, apply, reset, state, status});
    this.epoch = since?.epoch;
    this.last = since ? Number(since.sq) : null;
    this.waiting = new Map(); // command id → {frame, resolve, reject}
    this.tries = 0;
    this.pause = null;
    this.open();
    addEventListener("online", () => this.hurry());
    addEventListener("pageshow", () => this.hurry());
  }

  send(t, d) {
    const id = crypto.randomUUID?.() ?? randomId();
    const frame = {t, id, ch: this.channel, d};
    return new Promise((resolve, reject) => {
      this.waiting.set(id, {frame, resolve, reject});
      if (this.ready) this.put(frame);
    });
  }

  open() {
    clearTimeout(this.timer);
    this.ready = this.unanswered = false;
    const socket = (this.socket = new WebSocket(this.url, "vf1"));
    socket.onmessage = ({data}) => this.socket === socket && this.hear(JSON.parse(data));
    socket.onclose = ({code}) => this.socket === socket && this.closed(code);
  }

  hear(frame) {
    this.unanswered = false;
    const kind = {hello: "welcomed", "sub.ok": "subscribed", replay: "replayed", reset: "subscribed",
                  ack: "acknowledged", nack: "refused", bye: "told", hb: "nothing"}[frame.t];
    if (kind) this[kind](frame);
    else if (frame.ch !== this.channel) return; // an unknown message of a newer server
    else if (frame.sq) this.event(frame);
    else this.state(frame.t, frame.d);
  }

  welcomed({d}) {
    const since = this.last === null ? undefined : {epoch: this.epoch, sq: this.last};
    this.put({t: "sub", ch: this.channel, since});
    clearInterval(this.pulse);
    this.pulse = setInterval(() => this.feel(), (d.heartbeat * (1 + Math.random() * 0.2)) * 1000);
  }

  subscribed(frame) {
    if (frame.snapshot) {
      this.epoch = frame.epoch;
      this.last = (frame.events[0]?.sq ?? frame.sq + 1) - 1;
      this.reset(frame.snapshot);
    }
    this.replayed(frame);
    Object.entries(frame.states).forEach(([name, value]) => this.state(name, value));
    this.ready = true;
    this.tries = 0;
    this.status("live");
    this.waiting.forEach(({frame: unsent}) => this.put(unsent));
  }

  replayed({events}) {
    this.gap = false;
    events.forEach((event) => this.event(event));
  }

  event(frame) {
    if (frame.sq <= this.last) return;
    if (frame.sq > this.last + 1) {
      if (!this.gap) this.put({t: "gap", ch: this.channel, since: {epoch: this.epoch, sq: this.last}});
      this.gap = true;
      return;
    }
    this.last = frame.sq;
    this.apply(frame);
    if (frame.sq % ACK_EVERY === 0) this.beat();
  }

  acknowledged({id, sq}) {
    this.waiting.get(id)?.resolve({sq});
    this.waiting.delete(id);
  }

  refused({id, d}) {
    const entry = this.waiting.get(id);
    if (!entry) return;
    entry.tries = (entry.tries ?? 0) + 1;
    if (LATER.has(d.code) && entry.tries < REPEATS) {
      const place = [...this.waiting.keys()].indexOf(id); // one after the other, in their order
      return void setTimeout(() => this.repeat(id), (d.retry_after + place * 0.2) * 1000);
    }
    this.waiting.delete(id);
    entry.reject(d);
  }

  told({d}) {
    this.pause = 500 + Math.random() * d.retry_after * 1000;
  }

  nothing() {}

  repeat(id) {
    const entry = this.waiting.get(id);
    if (entry && this.ready) this.put(entry.frame);
  }

  // A heartbeat that nothing answered: the line is dead, though nobody said so.
  feel() {
    if (this.unanswered) return this.closed(0);
    this.unanswered = true;
    this.beat();
  }

  beat() {
    this.put({t: "hb", seen: {[this.channel]: this.last ?? 0}});
  }

  put(frame) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  closed(code) {
    clearInterval(this.pulse);
    this.ready = false;
    if (FINAL.has(code)) {
      this.status("ended", code);
      this.waiting.forEach(({reject}) => reject({code: "ended"}));
      return;
    }
    this.socket.onclose = null;
    this.socket.close();
    this.status("lost", code);
    this.timer = setTimeout(() => this.open(), this.pause ?? this.wait(code));
    this.pause = null;
  }

  // A quarter of a second first, then up to half a minute, spread so that a thousand do not come at once.
  wait(code) {
    if (code === 1012) return FIRST_RETRY + Math.random() * RESTART; // a server that ends without saying goodbye
    const slowest = code === 4429 ? SLOWEST_RETRY : Math.min(SLOWEST_RETRY, 1000 * 2 ** this.tries);
    return this.tries++ === 0 && code !== 4429 ? FIRST_RETRY * (1 + Math.random()) : Math.random() * slowest + FIRST_RETRY;
  }

  hurry() {
    if (this.socket.readyState > WebSocket.OPEN && !this.ready) this.open();
  }
}

// On plain http in a local network browsers offer no randomUUID.
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

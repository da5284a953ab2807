// The door's camera: sees a QR code, puts its text into the form and sends it. Typing works without any of this.

import { BarcodeDetector, prepareZXingModule } from "../vendor/barcode-detector-3.2.2/ponyfill.js";

const SAME_TICKET_MS = 4000;
const LOOK_EVERY_MS = 150;

const scanner = document.querySelector("[data-scanner]");
const video = scanner.querySelector("video");
const message = scanner.querySelector("[data-camera-message]");
const start = scanner.querySelector("[data-start-camera]");

prepareZXingModule({ overrides: { locateFile: () => scanner.dataset.wasm } });
const detector = new BarcodeDetector({ formats: ["qr_code"] });

let last = { text: "", at: 0 };
let sending = false;

function send(text) {
  const form = document.querySelector("form[data-scan]");
  form.elements.scanned.value = text;
  form.elements.source.value = "camera";
  sending = true;
  form.requestSubmit();
}

async function look() {
  try {
    const [code] = sending ? [] : await detector.detect(video);
    const now = Date.now();
    if (code && (code.rawValue !== last.text || now - last.at > SAME_TICKET_MS)) send(code.rawValue);
    if (code) last = { text: code.rawValue, at: now };
  } finally {
    setTimeout(look, LOOK_EVERY_MS);
  }
}

async function startCamera() {
  start.hidden = true;
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.hidden = false;
    await video.play();
    look();
  } catch {
    message.textContent = scanner.dataset.denied;
    start.hidden = false;
  }
}

document.addEventListener("htmx:afterRequest", () => {
  sending = false;
  if (navigator.vibrate) navigator.vibrate(document.querySelector(".result-in") ? 80 : [80, 60, 80]);
});
start.addEventListener("click", startCamera);
if (navigator.mediaDevices) start.hidden = false;
else message.textContent = scanner.dataset.denied;

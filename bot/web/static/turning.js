// What turns: a session's QR code and six digits with the seconds until they change, and who came last. Nothing that is
// out of date is ever shown as good: where no fresh answer comes in time, the codes are taken away until one does.
"use strict";

const EVERY = 3000; // milliseconds between two looks
const GRACE = 2; // seconds that a code stays after its time, while the next is on its way
const PATIENCE = 8000; // milliseconds for one answer

// Both clocks, since one stands while a computer sleeps and the other may be set: the later one counts.
const now = () => [performance.now(), Date.now()];
const since = ([ticks, wall]) => Math.max(performance.now() - ticks, Date.now() - wall) / 1000;

class Turning {
  constructor(root) {
    this.root = root;
    this.asked = now();
    this.step = "";
    this.told = null;
    this.isAsking = false;
    setInterval(() => this.tick(), 200);
    document.addEventListener("visibilitychange", () => this.tick());
    this.ask();
  }

  async ask() {
    this.isAsking = true;
    this.asked = now();
    const asked = this.asked;
    const given_up = new AbortController();
    const patience = setTimeout(() => given_up.abort(), PATIENCE);
    try {
      const answer = await fetch(`${this.root.dataset.turning}?seen=${this.step}`, { cache: "no-store", signal: given_up.signal });
      if (answer.status === 404) return location.reload(); // the screen is over: the page says so
      if (!answer.ok) throw new Error(answer.status);
      this.show(await answer.json(), asked);
    } catch {
      this.root.dataset.lost = "";
    }
    clearTimeout(patience);
    this.isAsking = false;
    this.tick();
  }

  show(told, asked) {
    this.told = told;
    this.heard = asked; // the seconds count from when it was asked: rather too short than too long
    delete this.root.dataset.lost;
    for (const part of this.root.querySelectorAll("[data-in]")) part.hidden = !part.dataset.in.split(" ").includes(told.stage);
    this.put("code", told.code ? `${told.code.slice(0, 3)} ${told.code.slice(3)}` : "");
    for (const name of ["here", "due", "why"]) this.put(name, told[name]);
    this.latest(told.latest);
    if (told.qr) this.turn(told);
    delete this.root.dataset.stale;
  }

  turn({ qr, step }) {
    for (const picture of this.root.querySelectorAll("[data-show=qr]")) picture.src = qr;
    this.step = step;
  }

  put(name, text) {
    for (const part of this.root.querySelectorAll(`[data-show=${name}]`)) {
      part.textContent = text;
      part.hidden = text === "";
    }
  }

  latest(names) {
    const list = this.root.querySelector("[data-show=latest]");
    if (!list || list.dataset.names === names.join()) return;
    list.dataset.names = names.join();
    list.replaceChildren(...names.map((name) => Object.assign(document.createElement("li"), { textContent: name })));
  }

  tick() {
    const passed = this.told ? since(this.heard) : Infinity;
    const left = this.told && this.told.stage === "open" ? this.told.seconds - passed : EVERY;
    const code_left = this.told && this.told.code ? this.told.code_seconds - passed : EVERY;
    this.put("seconds", Math.max(0, Math.ceil(left)));
    this.put("code-seconds", Math.max(0, Math.ceil(code_left)));
    for (const ring of this.root.querySelectorAll("[data-show=ring]")) ring.setAttribute("stroke-dashoffset", 1 - Math.max(0, left / 15));
    if (Math.min(left, code_left) < -GRACE) this.take_away();
    if (!this.isAsking && (Math.min(left, code_left) <= 0 || since(this.asked) * 1000 > EVERY)) this.ask();
  }

  take_away() {
    if ("stale" in this.root.dataset) return;
    this.root.dataset.stale = "";
    this.step = "";
    for (const picture of this.root.querySelectorAll("[data-show=qr]")) picture.removeAttribute("src");
    this.put("code", "");
  }
}

for (const root of document.querySelectorAll("[data-turning]")) new Turning(root);

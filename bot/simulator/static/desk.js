// The desk: which phones are on it, and what the simulator tells about them.

import { Phone } from "./phone.js";
import * as sheets from "./sheets.js";
import { get, listen, post } from "./wire.js";

const KEPT = "skillpass-desk";
const FIRST = 3;

class Desk {
  constructor() {
    this.root = document.querySelector(".desk");
    this.phones = new Map(); // on the desk, by openid
    this.summaries = new Map(); // all that the simulator knows
    this.waiting = new Map(); // messages not yet seen, by openid
    this.current = null;
    this.wide = window.matchMedia("(min-width: 900px)");
    this.born = null;
  }

  get count() {
    return this.phones.size;
  }

  known() {
    return [...this.summaries.values()];
  }

  unread(openid) {
    const count = this.waiting.get(openid) ?? 0;
    return count ? `${count} 条新消息` : "";
  }

  // ---- opening ----

  async start() {
    await this.read();
    const only = (this.only = new URLSearchParams(location.search).get("openid"));
    for (const wanted of only ? [{ openid: only }] : this.kept()) await this.put(wanted);
    if (!this.phones.size) await this.addNew();
    this.keep();
    this.show(only ?? localStorage.getItem(`${KEPT}-current`) ?? this.phones.keys().next().value);
    document.querySelector(".add-phone").onclick = () => sheets.choose(this.phones.get(this.current), this, "添加手机");
    listen({
      hello: (data) => this.hello(data),
      entry: (entry) => this.entry(entry),
      phone: (summary) => this.summary(summary),
      menu: (menu) => { this.menu = menu; for (const phone of this.phones.values()) phone.dock.showMenu(); },
      lost: () => { document.querySelector(".lost").hidden = false; },
    });
  }

  async read() {
    const state = await get("state");
    this.born = state.born;
    this.account = state.account.name;
    this.domain = state.account.domain;
    this.menu = state.menu;
    this.templates = state.templates;
    this.summaries = new Map(state.phones.map((summary) => [summary.openid, summary]));
    for (const name of document.querySelectorAll(".account-name")) name.textContent = this.account;
  }

  kept() {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    return kept?.length ? kept : this.known().slice(0, this.wide.matches ? FIRST : 1);
  }

  // ---- phones ----

  async put({ openid, nickname = "", followed = false }) {
    if (this.phones.has(openid)) return;
    if (!this.summaries.has(openid)) this.summaries.set(openid, await post("phones", { openid, nickname, followed }));
    const phone = new Phone(this.summaries.get(openid), this);
    this.phones.set(openid, phone);
    this.root.append(phone.root);
    phone.root.addEventListener("pointerdown", () => this.show(openid), true);
  }

  async fill(phone, anew) {
    const { entries, ...summary } = await get(`phones/${encodeURIComponent(phone.summary.openid)}`);
    phone.change(summary);
    phone.chat.load(entries, anew);
  }

  async addNew() {
    const made = await post("phones", {});
    this.summaries.set(made.openid, made);
    await this.take(made.openid);
  }

  async take(openid) {
    await this.put({ openid });
    this.keep();
    this.show(openid);
    const phone = this.phones.get(openid);
    phone.root.scrollIntoView({ inline: "center", block: "nearest" });
    await this.fill(phone, false);
  }

  putAway(openid) {
    this.phones.get(openid).root.remove();
    this.phones.delete(openid);
    this.show(this.phones.keys().next().value);
    this.keep();
  }

  show(openid) {
    this.current = this.phones.has(openid) ? openid : this.phones.keys().next().value;
    this.waiting.delete(this.current);
    for (const [key, phone] of this.phones) phone.root.classList.toggle("current", key === this.current);
    const phone = this.phones.get(this.current);
    document.title = `${phone.summary.nickname} · ${this.account}`;
    localStorage.setItem(`${KEPT}-current`, this.current);
    this.dots();
    phone.chat.draw(true);
  }

  keep() {
    if (this.only) return; // a single phone, asked for by its address, leaves the desk as it was
    const kept = [...this.phones.values()].map(({ summary }) => summary);
    localStorage.setItem(KEPT, JSON.stringify(kept.map(({ openid, nickname, followed }) => ({ openid, nickname, followed }))));
  }

  dots() {
    const others = [...this.waiting.keys()].some((openid) => openid !== this.current);
    for (const phone of this.phones.values()) phone.find(".dot").hidden = !others || this.wide.matches;
  }

  // ---- what the simulator tells ----

  // Each time the line is up, what was missed is read again; after a restart the simulator remembers nothing.
  async hello({ born }) {
    const isAnew = born !== this.born;
    document.querySelector(".lost").hidden = true;
    await this.read();
    for (const phone of this.phones.values()) {
      const { openid, nickname, followed } = phone.summary;
      if (!this.summaries.has(openid)) await post("phones", { openid, nickname, followed });
      await this.fill(phone, isAnew);
      phone.dock.showMenu();
    }
  }

  entry(entry) {
    this.phones.get(entry.openid)?.chat.receive(entry);
    if (entry.side !== "theirs" || entry.openid === this.current) return;
    if (this.wide.matches && this.phones.has(entry.openid)) return;
    this.waiting.set(entry.openid, (this.waiting.get(entry.openid) ?? 0) + 1);
    this.dots();
  }

  summary(summary) {
    this.summaries.set(summary.openid, summary);
    this.phones.get(summary.openid)?.change(summary);
    this.keep();
  }
}

function unreachable(error) {
  const lost = document.querySelector(".lost");
  lost.textContent = `连不上模拟器：${error.message}`;
  lost.hidden = false;
}

// A line that breaks in the middle of a request is told; when it is up again, `hello` reads what was missed.
window.addEventListener("unhandledrejection", (event) => {
  if (!(event.reason instanceof TypeError) || !/fetch/i.test(event.reason.message)) return;
  event.preventDefault();
  unreachable(event.reason);
});

new Desk().start().catch(unreachable);

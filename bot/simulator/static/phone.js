// One phone: its chat, its dock, what taps and typing do.

import { bubble, button, element, time, typing } from "./bubbles.js";
import * as sheets from "./sheets.js";
import { post, upload } from "./wire.js";

const GAP_MINUTES = 5;
const SAMPLES = ["焊工培训一个人补多少钱", "我想领培训券", "我能领哪些补贴"];
const QUIET = new Set(["unfollow", "view", "passing_location", "location_select", "consent", "withdraw", "event"]);
const CLOCK = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric" });

export class Phone {
  constructor(summary, desk) {
    this.summary = summary;
    this.desk = desk;
    this.entries = new Map();
    this.root = document.getElementById("phone").content.cloneNode(true).firstElementChild;
    this.find = (selector) => this.root.querySelector(selector);
    this.root.dataset.openid = summary.openid;
    this.wire();
    this.showMenu();
    this.show();
  }

  // ---- what happens ----

  change(summary) {
    this.summary = summary;
    this.show();
  }

  load(entries) {
    this.entries = new Map(entries.map((entry) => [entry.id, entry]));
    this.draw(true);
  }

  receive(entry) {
    this.entries.set(entry.id, entry);
    this.draw(entry.side === "mine");
  }

  // ---- what the person does ----

  say(text, item = "") {
    return this.send({ kind: "text", text, ...(item && { menu_item: item }) });
  }

  async send(gesture) {
    try {
      const { entry } = await post("send", { openid: this.summary.openid, ...gesture, wait: false });
      this.receive(entry.id in this.entries ? this.entries.get(entry.id) : { ...entry, ...this.entries.get(entry.id) });
    } catch (error) {
      this.keepUnsent(gesture, error);
    }
  }

  keepUnsent(gesture, error) {
    if (!(error instanceof TypeError)) return this.tell(error.message); // the simulator answered: it may not be
    const id = `unsent-${performance.now()}`;
    const shown = { id, side: "mine", kind: gesture.kind, text: gesture.text ?? gesture.label ?? "", at: new Date().toISOString() };
    this.receive({ ...shown, details: gesture, unsent: gesture });
  }

  retry(entry) {
    this.entries.delete(entry.id);
    this.send(entry.unsent);
  }

  again(id) {
    const entry = this.entries.get(id);
    const again = { text: { text: entry.text }, voice: { text: entry.text || null } }[entry.kind];
    const { url, ...details } = entry.details;
    this.send({ kind: entry.kind, ...details, ...(url && entry.kind !== "image" && { url }), ...again, label: entry.kind === "location" ? entry.text : "" });
  }

  tell(words) {
    const entry = { id: `told-${performance.now()}`, side: "note", kind: "note", text: words, at: new Date().toISOString(), details: {} };
    this.receive(entry);
  }

  async sendPhoto(file) {
    try {
      const { media_id } = await upload(file);
      this.send({ kind: "image", media_id });
    } catch (error) {
      this.tell(`照片没发出去：${error.message}`);
    }
  }

  // ---- what is seen ----

  show() {
    const { nickname, followed, receives } = this.summary;
    this.root.setAttribute("aria-label", `${nickname}的手机`);
    this.find(".who-name").textContent = nickname;
    this.root.classList.toggle("stranger", !followed);
    this.root.classList.toggle("refusing", followed && !receives);
    this.draw(false);
  }

  draw(toEnd) {
    const scroll = this.find(".scroll");
    const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
    const act = { say: (text, item) => this.say(text, item), again: (id) => this.again(id), retry: (entry) => this.retry(entry) };
    const items = [];
    let before = null;
    const entries = [...this.entries.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    for (const entry of entries) {
      const item = bubble(entry, this.summary.nickname, act);
      if (!item) continue;
      const at = new Date(entry.at);
      if (!before || at - before > GAP_MINUTES * 60_000) items.push(time(moment(at)));
      before = at;
      items.push(item);
    }
    const waits = entries.some((entry) => entry.outcome === "waiting" && !QUIET.has(entry.kind));
    if (waits) items.push(typing());
    if (!entries.length && this.summary.followed) items.push(this.beginning());
    this.find(".chat").replaceChildren(...items);
    this.find(".title").textContent = waits ? "对方正在输入…" : this.desk.account;
    this.fadeOldChoices();
    if (toEnd || atEnd) scroll.scrollTop = scroll.scrollHeight;
  }

  // A number answers the newest message alone: older choices are words again.
  fadeOldChoices() {
    const said = [...this.root.querySelectorAll(".line:not(.typing)")];
    const last = said.at(-1);
    for (const choice of this.root.querySelectorAll(".choice")) choice.disabled = choice.closest(".line") !== last;
  }

  beginning() {
    const item = element("li", "beginning");
    item.append(element("p", "", "还没说过话，试着问一句："));
    for (const sample of SAMPLES) item.append(button("sample", sample, () => this.say(sample)));
    return item;
  }

  showMenu() {
    const made = this.desk.menu.button.map((entry) => {
      const below = entry.sub_button ?? [];
      const top = button("menu-top", entry.name, () => (below.length ? this.unfold(top, below) : this.choose(entry)));
      if (below.length) top.setAttribute("aria-haspopup", "true");
      return top;
    });
    this.find(".menu").replaceChildren(...made);
  }

  unfold(top, below) {
    const was = this.find(".menu-below");
    was?.remove();
    if (was?.parentNode === null && was.dataset.of === top.textContent) return;
    const list = element("div", "menu-below");
    list.dataset.of = top.firstChild.textContent;
    for (const entry of below) list.append(button("", entry.name, () => { list.remove(); this.choose(entry); }));
    top.before(list);
    list.classList.add(["first", "second", "third"][[...this.find(".menu").querySelectorAll(".menu-top")].indexOf(top)]);
  }

  choose(entry) {
    const { type, key = "", name: title, url = "" } = entry;
    if (type === "view" || type === "miniprogram") {
      window.open(url, "_blank", "noopener");
      this.send({ kind: "view", url, title });
    } else if (type === "scancode_push" || type === "scancode_waitmsg") {
      sheets.scan(this, (text) => this.send({ kind: "scancode", key, text, waits: type === "scancode_waitmsg" }));
    } else if (type === "location_select") {
      sheets.location(this, (place) => this.sendPlace(place));
    } else if (type.startsWith("pic_")) {
      this.find(".photo").click();
    } else {
      this.send({ kind: "click", key, title });
    }
  }

  sendPlace({ latitude, longitude, label }) {
    this.send({ kind: "location", latitude, longitude, label: label ?? "" });
  }

  // ---- wiring ----

  wire() {
    const words = this.find(".words");
    const voice = this.find(".voice");
    const panel = this.find(".panel");
    const speaks = () => voice.getAttribute("aria-pressed") === "true";
    const dress = () => {
      words.placeholder = speaks() ? "要说的话（留空＝没听清）" : "打字问，例如 焊工补多少";
      this.find(".send").hidden = !speaks() && !words.value.trim();
      this.find(".plus").hidden = !this.find(".send").hidden;
      words.style.height = "auto";
      words.style.height = `${Math.min(words.scrollHeight, 120)}px`;
    };
    const submit = () => {
      const text = words.value.trim();
      if (!text && !speaks()) return;
      words.value = "";
      this.send(speaks() ? { kind: "voice", text: text || null } : { kind: "text", text });
      dress();
    };
    const showPanel = (shown) => {
      panel.hidden = !shown;
      this.find(".plus").setAttribute("aria-expanded", String(shown));
      if (shown) this.find(".scroll").scrollTop = this.find(".scroll").scrollHeight;
    };
    voice.onclick = () => { voice.setAttribute("aria-pressed", String(!speaks())); dress(); words.focus(); };
    words.oninput = dress;
    words.onfocus = () => showPanel(false);
    words.onkeydown = (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      submit();
    };
    this.find(".say").onsubmit = (event) => { event.preventDefault(); submit(); words.focus(); };
    this.find(".plus").onclick = () => showPanel(panel.hidden);
    this.find(".scroll").onclick = () => { showPanel(false); this.find(".menu-below")?.remove(); };
    this.find(".who").onclick = () => sheets.choose(this, this.desk);
    this.find(".more").onclick = () => sheets.settings(this, this.desk);
    this.find(".follow-now").onclick = () => this.send({ kind: "follow" });
    this.find(".follow-scan").onclick = () => sheets.scan(this, (key) => this.send({ kind: "scan", key }));
    this.wireTools(panel, () => showPanel(false));
    dress();
  }

  wireTools(panel, hide) {
    const tools = {
      location: () => sheets.location(this, (place) => this.sendPlace(place)),
      scan: () => sheets.scan(this, (key) => this.send({ kind: "scan", key })),
      photo: () => this.find(".photo").click(),
      consent: () => sheets.consent(this, this.desk.templates, (gesture) => this.send(gesture)),
    };
    panel.querySelector("[data-tool=consent]").hidden = !Object.keys(this.desk.templates).length;
    for (const tool of panel.querySelectorAll("button")) tool.onclick = () => { hide(); tools[tool.dataset.tool](); };
    this.find(".photo").onchange = ({ target }) => {
      if (target.files.length) this.sendPhoto(target.files[0]);
      target.value = "";
    };
  }
}

// 08:26, 昨天 08:26, 11月20日 08:26
function moment(at) {
  const days = { [DAY.format(new Date())]: "", [DAY.format(new Date(Date.now() - 86_400_000))]: "昨天 " };
  return (days[DAY.format(at)] ?? `${DAY.format(at)} `) + CLOCK.format(at);
}

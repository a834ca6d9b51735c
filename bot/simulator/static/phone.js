// One phone: its chat, its dock, and the person who holds it.

import { Chat } from "./chat.js";
import { Dock } from "./dock.js";
import { scan } from "./scanner.js";
import * as sheets from "./sheets.js";
import { post, upload } from "./wire.js";
import { hostOf } from "./words.js";

const SAID = new Set(["text", "voice", "image", "location", "link"]);

export class Phone {
  constructor(summary, desk) {
    this.desk = desk;
    this.root = document.getElementById("phone").content.cloneNode(true).firstElementChild;
    this.root.dataset.openid = summary.openid;
    this.chat = new Chat(this.root, {
      say: (text, item) => this.say(text, item),
      again: (id) => this.again(id),
      page: (url) => this.page(url),
      retry: (entry) => { this.chat.forget(entry); this.send(entry.unsent); },
    });
    this.chat.onDraw = (waits) => { this.find(".title").textContent = waits ? "对方正在输入…" : desk.account; };
    this.dock = new Dock(this);
    this.wire();
    this.change(summary);
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  change(summary) {
    const { nickname, followed, receives } = (this.summary = summary);
    this.root.setAttribute("aria-label", `${nickname}的手机`);
    this.find(".who-name").textContent = nickname;
    this.root.classList.toggle("stranger", !followed);
    this.root.classList.toggle("refusing", followed && !receives);
    this.chat.who(nickname, followed);
  }

  // The address that opens a page as this phone; a page of somebody else's opens as it is.
  page(url) {
    if (hostOf(url) !== this.desk.domain) return url;
    return `/phone/open?${new URLSearchParams({ openid: this.summary.openid, url })}`;
  }

  // ---- what the person does ----

  say(text, item = "") {
    return this.send({ kind: "text", text, ...(item && { menu_item: item }) });
  }

  sendPlace({ latitude, longitude, label }) {
    return this.send({ kind: "location", latitude, longitude, label: label ?? "" });
  }

  async sendPhoto(file) {
    try {
      const { media_id } = await upload(file);
      await this.send({ kind: "image", media_id });
    } catch (error) {
      this.chat.tell(`照片没发出去：${error.message}`);
    }
  }

  async send(gesture) {
    try {
      const { entry } = await post("send", { openid: this.summary.openid, ...gesture, wait: false });
      this.chat.receive(entry);
    } catch (error) {
      const isLineBroken = error instanceof TypeError; // otherwise the simulator said why it may not be
      if (isLineBroken && SAID.has(gesture.kind)) this.chat.keepUnsent(gesture);
      else this.chat.tell(isLineBroken ? "没连上，请再点一次" : error.message);
    }
  }

  // The same once more, as a new message, after the account gave no answer.
  again(id) {
    const { kind, text, details } = this.chat.get(id);
    const { url, ...known } = details;
    const said = { text: { text }, voice: { text: text || null }, location: { label: text } }[kind] ?? {};
    this.send({ kind, ...known, ...(kind === "link" && { url }), ...said });
  }

  wire() {
    this.find(".scroll").onclick = () => { this.dock.showPanel(false); this.dock.fold(); };
    this.find(".who").onclick = () => sheets.choose(this, this.desk);
    this.find(".more").onclick = () => sheets.settings(this, this.desk);
    this.find(".follow-now").onclick = () => this.send({ kind: "subscribe" });
    this.find(".follow-scan").onclick = () => scan(this, (key) => this.send({ kind: "scan", key }));
  }
}

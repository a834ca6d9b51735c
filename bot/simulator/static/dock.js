// The foot of a phone: the line to type in, the tools behind the plus, the account's menu.

import { button, element } from "./bubbles.js";
import { scan } from "./scanner.js";
import * as sheets from "./sheets.js";

export class Dock {
  constructor(phone) {
    this.phone = phone;
    this.words = phone.find(".words");
    this.voice = phone.find(".voice");
    this.plus = phone.find(".plus");
    this.sending = phone.find(".send");
    this.panel = phone.find(".panel");
    this.photo = phone.find(".photo");
    this.wireLine();
    this.wireTools();
    this.showMenu();
    this.dress();
  }

  get speaks() {
    return this.voice.getAttribute("aria-pressed") === "true";
  }

  // ---- the line ----

  wireLine() {
    const { words, voice, plus } = this;
    voice.onclick = () => { voice.setAttribute("aria-pressed", String(!this.speaks)); this.dress(); words.focus(); };
    words.oninput = () => this.dress();
    words.onfocus = () => this.showPanel(false);
    words.onkeydown = (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    };
    this.phone.find(".say").onsubmit = (event) => { event.preventDefault(); this.submit(); words.focus(); };
    plus.onclick = () => this.showPanel(this.panel.hidden);
  }

  dress() {
    const { words } = this;
    words.placeholder = this.speaks ? "写出要说的话" : "打字问，例如 焊工补多少";
    this.sending.hidden = !this.speaks && !words.value.trim();
    this.plus.hidden = Boolean(words.value.trim());
    words.style.height = "auto";
    words.style.height = `${Math.min(words.scrollHeight, 120)}px`;
  }

  submit() {
    const text = this.words.value.trim();
    if (!text && !this.speaks) return;
    this.words.value = "";
    this.phone.send(this.speaks ? { kind: "voice", text: text || null } : { kind: "text", text });
    this.dress();
  }

  // ---- the tools ----

  wireTools() {
    const { phone, photo } = this;
    const tools = {
      location: () => sheets.location(phone, (place) => phone.sendPlace(place)),
      scan: () => scan(phone, (key) => phone.send({ kind: "scan", key })),
      photo: () => photo.click(),
      consent: () => sheets.consent(phone, (gesture) => phone.send(gesture)),
    };
    this.panel.querySelector("[data-tool=consent]").hidden = !Object.keys(phone.desk.templates).length;
    for (const tool of this.panel.querySelectorAll("button")) {
      tool.onclick = () => { this.showPanel(false); tools[tool.dataset.tool](); };
    }
    photo.onchange = () => {
      if (photo.files.length) phone.sendPhoto(photo.files[0]);
      photo.value = "";
    };
  }

  showPanel(shown) {
    this.panel.hidden = !shown;
    this.plus.setAttribute("aria-expanded", String(shown));
    if (shown) this.phone.chat.toEnd();
  }

  // ---- the menu ----

  showMenu() {
    const slots = this.phone.desk.menu.button.map((entry) => {
      const slot = element("div", "slot");
      const below = entry.sub_button ?? [];
      slot.append(button(below.length ? "top has-below" : "top", entry.name, () => {
        if (below.length) this.unfold(slot, below);
        else this.choose(entry);
      }));
      return slot;
    });
    this.phone.find(".menu").replaceChildren(...slots);
  }

  unfold(slot, entries) {
    const wasOpen = slot.querySelector(".below");
    this.fold();
    if (wasOpen) return;
    const below = element("div", "below");
    for (const entry of entries) below.append(button("", entry.name, () => { this.fold(); this.choose(entry); }));
    slot.append(below);
  }

  fold() {
    this.phone.find(".menu .below")?.remove();
  }

  choose({ type, key = "", name: title, url = "" }) {
    const { phone } = this;
    if (type === "view" || type === "miniprogram") {
      window.open(phone.page(url), "_blank", "noopener");
      phone.send({ kind: "view", url, title });
    } else if (type === "scancode_push" || type === "scancode_waitmsg") {
      scan(phone, (text) => phone.send({ kind: "scancode", key, text, waits: type === "scancode_waitmsg" }));
    } else if (type === "location_select") {
      sheets.location(phone, (place) => phone.sendPlace(place));
    } else if (type.startsWith("pic_")) {
      this.photo.click();
    } else {
      phone.send({ kind: "click", key, title });
    }
  }
}

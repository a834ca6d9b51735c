// The chat of one phone: its lines in order, with the time between them, and the wait for an answer.

import { bubble, button, element, time, typing } from "./bubbles.js";

const GAP_MINUTES = 5;
const NEAR_END = 120;
const SAMPLES = ["焊工培训一个人补多少钱", "我想领培训券", "我能领哪些补贴"];
const QUIET = new Set(["unsubscribe", "view", "passing_location", "location_select", "consent", "withdraw", "event"]);
const CLOCK = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric" });

export class Chat {
  // `act` says what taps do: say(text, item), again(id), retry(entry), page(url) for where a link leads.
  constructor(root, act) {
    this.scroll = root.querySelector(".scroll");
    this.list = root.querySelector(".chat");
    this.act = act;
    this.entries = new Map();
    this.items = new Map(); // what is drawn, by entry id: { entry, item, at }
    this.dots = typing();
  }

  get(id) {
    return this.entries.get(id);
  }

  // Take over what the simulator holds; what could not be sent stays.
  load(entries, anew) {
    if (anew) for (const [id, entry] of this.entries) if (!entry.unsent) this.entries.delete(id);
    for (const entry of entries) this.add(entry);
    this.draw(true);
  }

  // An answer may overtake the word that the message was sent.
  add(entry) {
    const known = this.entries.get(entry.id);
    if (!known || known.outcome === "waiting" || entry.outcome !== "waiting") this.entries.set(entry.id, entry);
  }

  receive(entry) {
    this.add(entry);
    this.draw(entry.side === "mine");
  }

  tell(text) {
    const at = new Date().toISOString();
    this.receive({ id: `told-${performance.now()}`, side: "note", kind: "note", text, at, details: {} });
  }

  keepUnsent(gesture) {
    const { kind, text, label } = gesture;
    const shown = { side: "mine", kind, text: text ?? label ?? "", at: new Date().toISOString(), details: gesture };
    this.receive({ id: `unsent-${performance.now()}`, ...shown, unsent: gesture });
  }

  forget(entry) {
    this.entries.delete(entry.id);
    this.draw(false);
  }

  get waits() {
    return [...this.entries.values()].some((entry) => entry.outcome === "waiting" && !QUIET.has(entry.kind));
  }

  who(nickname, followed) {
    this.nickname = nickname;
    this.followed = followed;
    this.draw(false);
  }

  draw(toEnd) {
    const { scroll } = this;
    const follows = toEnd || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END;
    settle(this.list, this.lines());
    this.fadeOldChoices();
    if (follows) this.toEnd();
    this.onDraw?.(this.waits);
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  lines() {
    const lines = [];
    let before = null;
    const inOrder = [...this.entries.values()].sort((a, b) => new Date(a.at) - new Date(b.at));
    for (const entry of inOrder) {
      const { item, at } = this.drawn(entry);
      if (!item) continue;
      if (!before || at - before > GAP_MINUTES * 60_000) lines.push(this.drawn(entry).time);
      before = at;
      lines.push(item);
    }
    if (this.waits) lines.push(this.dots);
    if (!inOrder.length && this.followed) lines.push((this.start ??= this.beginning()));
    return lines;
  }

  // What is drawn once stays the same node, so that nothing flickers and no picture loads again.
  drawn(entry) {
    const known = this.items.get(entry.id);
    if (known?.entry === entry) return known;
    const at = new Date(entry.at);
    const item = known?.item && entry.text === known.entry.text ? known.item : bubble(entry, this.nickname, this.act);
    const made = { entry, item, at, time: known?.time ?? time(moment(at)) };
    this.items.set(entry.id, made);
    return made;
  }

  // A number answers the newest message alone: older choices are words again.
  fadeOldChoices() {
    const last = [...this.list.querySelectorAll(".line:not(.typing)")].at(-1);
    for (const choice of this.list.querySelectorAll(".choice")) choice.disabled = choice.closest(".line") !== last;
  }

  beginning() {
    const item = element("li", "beginning");
    item.append(element("p", "", "还没说过话，试着问一句："));
    for (const sample of SAMPLES) item.append(button("sample", sample, () => this.act.say(sample)));
    return item;
  }
}

// Make the children of a list these items, touching only what changes.
function settle(list, items) {
  let at = list.firstChild;
  for (const item of items) {
    if (item === at) at = at.nextSibling;
    else list.insertBefore(item, at);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

// 08:26, 昨天 08:26, 11月20日 08:26
function moment(at) {
  const days = { [DAY.format(new Date())]: "", [DAY.format(new Date(Date.now() - 86_400_000))]: "昨天 " };
  return (days[DAY.format(at)] ?? `${DAY.format(at)} `) + CLOCK.format(at);
}

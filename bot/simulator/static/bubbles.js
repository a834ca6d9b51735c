// One line of a chat as it looks: bubbles, cards, notes.

import { isWeb, lines, parts } from "./words.js";

const CHANNELS = { custom: "客服消息", template: "模板消息", subscribe: "订阅通知", mass: "群发消息", preview: "群发预览" };
const NOTED = new Set(["subscribe", "unsubscribe", "scan", "click", "view", "scancode", "consent", "withdraw", "event"]);
const HIDDEN = new Set(["passing_location", "location_select"]);

export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// The list item of an entry; `act` says what taps do: say(text, item), again(entry), page(url) for where a link leads.
export function bubble(entry, nickname, act) {
  if (HIDDEN.has(entry.kind)) return null;
  if (entry.side === "note" || NOTED.has(entry.kind)) return note(entry, act);
  const item = element("li", `line ${entry.side}`);
  item.append(element("span", `face ${entry.side}`, entry.side === "mine" ? nickname.slice(-1) : "技"));
  const body = element("div", "said");
  body.append((SHAPES[entry.kind] ?? text)(entry, act));
  if (CHANNELS[entry.channel]) body.append(element("small", "channel", CHANNELS[entry.channel]));
  item.append(body);
  if (entry.unsent) item.append(unsent(entry, act));
  return item;
}

export function time(moment) {
  return element("li", "time", moment);
}

export function typing() {
  const item = element("li", "line theirs typing");
  item.append(element("span", "face theirs", "技"));
  const dots = element("div", "bubble dots");
  dots.append(element("i"), element("i"), element("i"));
  dots.setAttribute("aria-label", "对方正在输入");
  item.append(dots);
  return item;
}

function note(entry, act) {
  const item = element("li", entry.kind === "fault" ? "note fault" : "note");
  item.append(element("span", "", entry.text));
  if (entry.kind === "fault") item.append(button("word", "再发一次", () => act.again(entry.details.of)));
  return item;
}

function unsent(entry, act) {
  const made = button("unsent", "！", () => act.retry(entry));
  made.setAttribute("aria-label", "没发出去，点一下重发");
  made.title = "没发出去，点一下重发";
  return made;
}

function text(entry, act) {
  const made = element("div", "bubble");
  if (entry.side === "mine") {
    made.append(element("p", "", entry.text));
    return made;
  }
  let list = null;
  for (const line of lines(entry.text)) {
    if (line.choice) {
      list ??= made.appendChild(element("div", "choices"));
      list.append(choice(line.choice, act));
    } else {
      list = null;
      made.append(inline(element("p"), line.parts, act));
    }
  }
  return made;
}

function choice({ number, parts: said }, act) {
  const made = button("choice", "", () => act.say(String(number)));
  made.append(element("b", "", String(number)), inline(element("span"), said.map(({ text: word }) => ({ text: word })), act));
  return made;
}

function inline(into, said, act) {
  for (const part of said) {
    if (part.url) into.append(link(act.page(part.url), part.text));
    else if (part.send) into.append(button("word", part.text, () => act.say(part.send, part.item)));
    else into.append(part.text);
  }
  return into;
}

export function link(url, label) {
  const made = element("a", "", label);
  made.href = url;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return made;
}

function voice(entry) {
  const made = element("div", "bubble voice-said");
  const seconds = Math.max(1, Math.round(entry.text.length / 4));
  made.append(element("p", "waves", `${seconds}″`));
  made.append(element("p", entry.text ? "" : "faint", entry.text || "（没识别出文字）"));
  return made;
}

function location(entry) {
  const made = element("div", "card place");
  made.append(element("strong", "", entry.text || "我的位置"));
  const { latitude = 0, longitude = 0 } = entry.details;
  made.append(element("small", "", `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`), element("div", "map"));
  return made;
}

function picture(entry) {
  const made = element("div", "card photo-said");
  const image = element("img");
  const { media_id: kept, url } = entry.details;
  image.src = kept ? `/simulator/media/${encodeURIComponent(kept)}` : url;
  image.alt = "照片";
  made.append(image);
  return made;
}

function news(entry, act) {
  const made = element("div", "card news");
  for (const article of entry.details.articles) {
    const row = isWeb(article.url) ? link(act.page(article.url), "") : element("div");
    if (isWeb(article.picture)) row.append(Object.assign(element("img"), { src: article.picture, alt: "" }));
    row.append(element("strong", "", article.title), element("p", "", article.description));
    made.append(row);
  }
  return made;
}

function notice(entry, act) {
  const made = element("div", "card notice");
  made.append(element("strong", "", entry.details.title));
  const table = element("dl");
  for (const value of Object.values(entry.details.rows)) table.append(element("dd", "", value));
  made.append(table);
  if (isWeb(entry.details.url)) made.append(link(act.page(entry.details.url), "查看详情"));
  return made;
}

function menu(entry, act) {
  const made = element("div", "bubble");
  if (entry.details.head) made.append(inline(element("p"), parts(entry.details.head), act));
  for (const item of entry.details.items) {
    made.append(element("p", "item"));
    made.lastChild.append(button("word", item.content, () => act.say(item.content, item.id)));
  }
  if (entry.details.tail) made.append(inline(element("p"), parts(entry.details.tail), act));
  return made;
}

export function button(className, label, tapped) {
  const made = element("button", className, label);
  made.type = "button";
  made.addEventListener("click", tapped);
  return made;
}

const SHAPES = { text, voice, location, image: picture, news, template: notice, msgmenu: menu };

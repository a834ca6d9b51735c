// What slides up from the foot of a phone: places, notices, settings, the choice of a phone.

import { button, element } from "./bubbles.js";
import { get, patch } from "./wire.js";

const MOST = 60; // phones in the list to choose from

// Show a sheet over the phone; a tap beside it or Escape shuts it.
export function open(phone, title) {
  const sheet = phone.root.querySelector(".sheet");
  const body = sheet.querySelector(".sheet-body");
  const before = document.activeElement;
  const others = [...phone.root.children].filter((child) => child !== sheet);
  const close = () => {
    sheet.hidden = true;
    for (const other of others) other.inert = false;
    if (before?.isConnected) before.focus();
  };
  body.replaceChildren(element("h3", "", title));
  sheet.setAttribute("aria-label", title);
  sheet.onclick = (event) => { if (event.target === sheet) close(); };
  sheet.onkeydown = (event) => { if (event.key === "Escape") close(); };
  for (const other of others) other.inert = true;
  sheet.hidden = false;
  const shut = button("shut", "", close);
  shut.setAttribute("aria-label", "关闭");
  body.append(shut);
  shut.focus();
  return { body, close };
}

export function row(title, detail, tapped) {
  const made = button("row", "", tapped);
  made.append(element("b", "", title));
  if (detail) made.append(element("small", "", detail));
  return made;
}

export function field(label, name, attributes) {
  const made = element("label", "field", label);
  const input = Object.assign(element("input"), { name, required: true, ...attributes });
  made.append(input);
  return made;
}

export async function location(phone, send) {
  const { body, close } = open(phone, "发送位置");
  const pick = (place) => { close(); send(place); };
  for (const place of await get("places")) {
    body.append(row(place.name, place.label, () => pick({ ...place, label: place.label || place.name })));
  }
  if (!body.querySelector(".row")) body.append(element("p", "hint", "没有预设地点，填经纬度就能发。"));
  const form = element("form", "fields");
  form.append(
    field("纬度", "latitude", { inputMode: "decimal", placeholder: "如 36.2661", pattern: "-?\\d+(\\.\\d+)?" }),
    field("经度", "longitude", { inputMode: "decimal", placeholder: "如 111.9205", pattern: "-?\\d+(\\.\\d+)?" }),
    field("地名", "label", { required: false, placeholder: "可以不填" }),
    element("button", "main", "发送这个位置"),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    const given = new FormData(form);
    pick({ latitude: Number(given.get("latitude")), longitude: Number(given.get("longitude")), label: given.get("label") });
  };
  body.append(form);
}

export function consent(phone, send) {
  const { body, close } = open(phone, "订阅通知");
  body.append(element("p", "hint", "同意一次，可以收到一条通知。"));
  for (const [template_id, title] of Object.entries(phone.desk.templates)) {
    const has = phone.summary.consents.includes(template_id);
    const pick = (gesture) => { close(); send({ ...gesture, template_id }); };
    const line = element("div", "consent");
    line.append(element("b", "", title));
    line.append(button("", "同意", () => pick({ kind: "consent", accept: true })));
    line.append(button("", "总是同意", () => pick({ kind: "consent", accept: true, always: true })));
    line.append(has ? button("bad", "取消", () => pick({ kind: "withdraw" }))
      : button("bad", "拒绝", () => pick({ kind: "consent", accept: false })));
    body.append(line);
  }
}

export function settings(phone, desk) {
  const { body, close } = open(phone, phone.summary.nickname);
  const { followed, receives, snapshot, messages_allowed: allowed, note, openid } = phone.summary;
  const then = (act) => () => { close(); act(); };
  const change = (what) => patch(`phones/${encodeURIComponent(openid)}`, what);
  if (note) body.append(element("p", "hint", note));
  if (followed) {
    body.append(element("p", "hint", `公众号现在还能主动发 ${allowed} 条客服消息。`));
    const refuse = () => change({ receives: !receives });
    body.append(row(receives ? "不接收消息" : "恢复接收消息", receives ? "公众号推送的消息会被拒收" : "现在拒收推送", then(refuse)));
    body.append(row("取消关注", "公众号要删除您的资料", then(() => phone.send({ kind: "unsubscribe" }))));
  } else {
    body.append(row("关注公众号", "", then(() => phone.send({ kind: "subscribe" }))));
  }
  const view = () => change({ snapshot: !snapshot });
  body.append(row(snapshot ? "使用完整服务" : "用快照页打开网页", snapshot ? "现在网页只得到一个虚拟身份" : "网页只得到一个虚拟身份，认不出您", then(view)));
  body.append(row("换一部手机", "", then(() => choose(phone, desk))));
  if (desk.count > 1) body.append(row("收起这部手机", "聊天还在，可以再添加回来", then(() => desk.putAway(openid))));
  body.append(element("p", "hint openid", `openid ${openid}`));
}

// Which phone to look at, or to add to the desk.
export function choose(phone, desk, title = "换一部手机") {
  const { body, close } = open(phone, title);
  const then = (act) => () => { close(); act(); };
  for (const other of desk.known().slice(0, MOST)) {
    const state = [other.note, other.followed ? "" : "还没关注", desk.unread(other.openid)].filter(Boolean).join("，");
    const made = row(other.nickname, state, then(() => desk.take(other.openid)));
    if (other.openid === phone.summary.openid) made.classList.add("current");
    body.append(made);
  }
  body.append(row("＋ 新手机", "一个还没关注过的人", then(() => desk.addNew())));
}

// Keeps a session's roll fresh. Pieces are replaced, lists are merged row by row by their key: a row in which somebody
// is typing, or that stands open, stays as it is until he is done. Tells "renewed" after every look.
"use strict";

const live = document.querySelector("[data-live]");
const source = new WeakMap(); // how a row or piece came, before scripts marked it
let tag = "";

const isBusy = (row) =>
  row.querySelector("details[open]") || (row.contains(document.activeElement) && document.activeElement.matches("input, textarea"));

function merge(list, fresh) {
  const old = new Map([...list.children].map((row) => [row.dataset.key, row]));
  const rows = [...fresh.children].map((row) => {
    const kept = old.get(row.dataset.key);
    old.delete(row.dataset.key);
    if (kept && (isBusy(kept) || source.get(kept) === row.outerHTML)) return kept;
    source.set(row, row.outerHTML);
    if (kept) kept.replaceWith(row);
    return row;
  });
  for (const gone of old.values()) if (!isBusy(gone)) gone.remove();
  rows.forEach((row, at) => {
    if (list.children[at] !== row && !(row.isConnected && isBusy(row))) list.insertBefore(row, list.children[at] || null);
  });
}

function put(fresh) {
  for (const piece of fresh.querySelectorAll("[data-piece]")) {
    const old = live.querySelector(`[data-piece="${piece.dataset.piece}"]`);
    if (old && source.get(old) !== piece.innerHTML) old.innerHTML = piece.innerHTML;
    if (old) source.set(old, piece.innerHTML);
  }
  for (const list of fresh.querySelectorAll("[data-list]")) merge(live.querySelector(`[data-list="${list.dataset.list}"]`), list);
  for (const section of live.querySelectorAll("[data-piece-hidden]")) {
    const now = fresh.querySelector(`[data-piece-hidden="${section.dataset.pieceHidden}"]`);
    section.hidden = now.hidden && !section.querySelector("li");
  }
}

async function look() {
  try {
    const answer = await fetch(live.dataset.live, { headers: tag ? { "If-None-Match": tag } : {} });
    if (answer.redirected) live.dataset.lost = "登录过期了，请刷新页面重新登录。没送达的点名还留在手机里。";
    else if (answer.status === 304) delete live.dataset.lost;
    else if (answer.ok) {
      put(new DOMParser().parseFromString(await answer.text(), "text/html").body);
      tag = answer.headers.get("ETag") || "";
      delete live.dataset.lost;
    }
  } catch {
    live.dataset.lost = "网断了，名单是刚才的，正在重连…";
  }
  dispatchEvent(new Event("renewed"));
}

for (const row of live.querySelectorAll("[data-list] > li")) source.set(row, row.outerHTML);

(async function renew() {
  await new Promise((done) => setTimeout(done, Number(live.dataset.every) * 1000));
  if (!document.hidden) await look();
  renew();
})();
addEventListener("look", look);
document.addEventListener("visibilitychange", () => document.hidden || look());

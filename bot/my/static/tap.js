// Sends the tap of form[data-tap], with the place where it is asked for, and sends it again until an answer comes, also
// after the page was loaded anew. Its key makes it one tap, however often it arrives. Without this the form sends itself.
"use strict";

const form = document.querySelector("form[data-tap]");
const button = form.querySelector("button.main");
const doing = form.querySelector("[data-doing]");
const KEPT = "tap";
const KEEPS = 180000; // ms, after which it is not sent any more
const ANSWERS = 10000; // ms in which an answer may come
const WAITS = [1000, 2000, 4000];

async function tapped(event) {
  if (event) event.preventDefault();
  if (button.disabled) return;
  button.disabled = true;
  if ("place" in form.dataset) await addPlace();
  const fields = Array.from(new FormData(form));
  sessionStorage.setItem(KEPT, JSON.stringify({ fields, at: Date.now() }));
  send(fields, Date.now());
}

async function addPlace() {
  say("正在找您的位置…");
  try {
    const { latitude, longitude, accuracy } = await locate();
    fill({ latitude, longitude, accuracy });
  } catch (why) {
    fill({ failed: why });
  }
}

async function send(fields, since) {
  button.disabled = true;
  for (let tries = 0; Date.now() - since < KEEPS; tries += 1) {
    say(tries ? `网络不好，正在重发（第${tries}次）…请别关这一页。` : "正在发送…");
    if (await arrives(fields)) return over();
    await pause(WAITS[Math.min(tries, WAITS.length - 1)]);
  }
  sessionStorage.removeItem(KEPT);
  button.disabled = false;
  say("还是发不出去。换个有信号的地方再点一次，或请老师点名，一样算数。");
}

// Did the service take it, or refuse it for good?
async function arrives(fields) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), ANSWERS);
  try {
    const body = new URLSearchParams(fields);
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", signal: control.signal });
    return answer.status < 500;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function over() {
  sessionStorage.removeItem(KEPT);
  location.replace(form.dataset.then);
}

function pause(ms) {
  return new Promise((go) => {
    setTimeout(go, ms);
    addEventListener("online", go, { once: true });
  });
}

function fill(values) {
  for (const name in values) form.elements[name].value = values[name];
}

function say(words) {
  doing.textContent = words;
  doing.hidden = !words;
}

function takeUp() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
  if (kept && Date.now() - kept.at < KEEPS && new Map(kept.fields).get("session") === form.elements.session.value) {
    return send(kept.fields, kept.at);
  }
  if ("atOnce" in form.dataset) return tapped();
}

form.addEventListener("submit", tapped);
takeUp();

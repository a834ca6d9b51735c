// Calling the roll where reception is bad: every tap is kept on the phone until it is acknowledged, marked 未送达 until
// then and sent again; the service takes the same tap once. Also: finding a name while typing.
"use strict";

const roll = document.querySelector("[data-queue]");
const NAMES = { present: "到", late: "迟到", leave: "请假", out: "签退" };
const WAITS = [1, 2, 4, 8, 15]; // seconds
let tries = 0;
let sending = false;

const kept = () => JSON.parse(localStorage.getItem(roll.dataset.queue) || "[]");
const keep = (taps) => (taps.length ? localStorage.setItem(roll.dataset.queue, JSON.stringify(taps)) : localStorage.removeItem(roll.dataset.queue));
const drop = (call) => keep(kept().filter((tap) => tap.call !== call));

document.addEventListener("submit", (happened) => {
  const call = happened.submitter && happened.submitter.name === "call" && happened.submitter.value;
  if (!call || happened.target.id !== "calling") return;
  happened.preventDefault();
  const id = call.split(":")[0];
  if (!kept().some((tap) => tap.call.split(":")[0] === id)) keep([...kept(), { call, at: Date.now() }]);
  mark();
  send();
});

async function send() {
  const [tap] = kept();
  if (!tap || sending) return;
  sending = true;
  const outcome = await post(tap).catch(() => "again");
  sending = false;
  if (outcome === "again") {
    mark();
    setTimeout(send, WAITS[Math.min(tries++, WAITS.length - 1)] * 1000);
    return;
  }
  tries = 0;
  drop(tap.call);
  mark();
  if (kept().length) send();
  else dispatchEvent(new Event("look"));
}

async function post(tap) {
  const form = document.getElementById("calling");
  const ago = Math.max(0, Math.round((Date.now() - tap.at) / 1000));
  const body = new URLSearchParams({ csrf: form.elements.csrf.value, call: tap.call, ago });
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  if (answer.redirected || answer.status === 403 || answer.status >= 500) {
    dispatchEvent(new Event("look")); // brings the form's present token, or says that the log-in is over
    return "again";
  }
  const told = await answer.json();
  if (told.problem) say(tap, told.problem);
  return "done";
}

function say(tap, problem) {
  const row = row_of(tap);
  const note = document.createElement("p");
  note.className = "note bad";
  note.setAttribute("role", "alert");
  note.textContent = `${row ? row.querySelector(".trainee-name").textContent : ""}：${problem}`;
  roll.prepend(note);
}

const row_of = (tap) => roll.querySelector(`li[data-id="${tap.call.split(":")[0]}"]`);

function mark() {
  for (const old of roll.querySelectorAll(".unsent")) old.remove();
  for (const row of roll.querySelectorAll(".has-unsent")) row.classList.remove("has-unsent");
  const taps = kept();
  for (const tap of taps) {
    const row = row_of(tap);
    if (!row) continue;
    const chip = document.createElement("span");
    chip.className = "chip warn unsent";
    chip.textContent = `${NAMES[tap.call.split(":")[1]]} · 未送达`;
    row.append(chip);
    row.classList.add("has-unsent");
  }
  const note = roll.querySelector("[data-unsent]");
  note.hidden = !taps.length || !tries;
  note.textContent = `有${taps.length}条点名还没送达，已留在手机里，有信号会自己送。`;
}

const search = document.querySelector("[data-search]");

function find() {
  const wanted = search.value.trim().toLowerCase();
  for (const row of roll.querySelectorAll("li[data-find]")) row.hidden = !row.dataset.find.includes(wanted);
}

search.addEventListener("input", find);
addEventListener("renewed", () => { mark(); find(); });
addEventListener("online", send);
mark();
send();

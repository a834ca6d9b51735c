// The notice form: counters, the bubble as it will look, towns of the chosen region, and whom it reaches.
"use strict";

const form = document.getElementById("notice-form");
const preview = document.getElementById("preview");
const note = document.getElementById("reach-note");

function count() {
  for (const box of form.querySelectorAll("[data-counted]")) {
    const used = [...box.value.trim()].length;
    const counter = box.labels[0].querySelector("small");
    counter.textContent = `${used} / ${box.maxLength}字`;
    counter.classList.add("counter");
    counter.classList.toggle("full", used >= box.maxLength);
  }
}

function draw() {
  const { topic, title, body } = form.elements;
  preview.textContent =
    `【${topic.value}通知】${title.value.trim() || "标题"}\n${body.value.trim() || "正文"}\n不想再收，回复“退订通知”。`;
}

function matchTowns() {
  const { region, town } = form.elements;
  for (const group of town.querySelectorAll("optgroup")) {
    group.hidden = group.disabled = group.label !== region.selectedOptions[0].text;
  }
  if (town.selectedOptions[0].parentElement.disabled) town.value = "";
}

function matchUnplaced() {
  const { town, training_class: trainees, unplaced } = form.elements;
  unplaced.disabled = Boolean(town.value || trainees.value || form.querySelector("[name=groups]:checked"));
}

function matchTime() {
  form.querySelector(".timed").hidden = form.elements.when.value !== "later";
}

let asked = 0;
let waiting;

function reach() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const mine = ++asked;
    const chosen = new URLSearchParams(new FormData(form));
    for (const name of ["csrf", "title", "body"]) chosen.delete(name);
    note.textContent = "正在算…";
    try {
      const answer = await fetch(`${form.dataset.reach}?${chosen}`);
      const found = await answer.json();
      if (mine !== asked) return;
      for (const cell of form.querySelectorAll("[data-count]")) {
        const number = found[cell.dataset.count];
        cell.textContent = number === undefined ? "—" : number.toLocaleString("zh-CN");
      }
      note.textContent = answer.ok ? "现在发的话" : found.problem;
    } catch {
      note.textContent = "暂时算不出来，不影响保存";
    }
  }, 250);
}

form.addEventListener("input", () => { count(); draw(); });
form.addEventListener("change", (happened) => {
  if (["title", "body", "send_at"].includes(happened.target.name)) return;
  matchTowns();
  matchUnplaced();
  matchTime();
  reach();
});
matchTowns();
matchUnplaced();
matchTime();
count();
draw();
reach();

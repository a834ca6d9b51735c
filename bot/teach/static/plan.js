// The plan of a class while it is filled in: the subsidised days, the hours of the parts chosen, the place where one is.
"use strict";

const plan = document.getElementById("plan");
const paid = document.getElementById("paid");
const located = document.getElementById("located");
let asking;

async function ask() {
  const told = new URLSearchParams(["occupation", "days", "region"].map((name) => [name, plan.elements[name].value]));
  try {
    const answer = await fetch(`${plan.dataset.paid}?${told}`);
    if (answer.ok && !answer.redirected) paid.innerHTML = await answer.text();
  } catch {
    // without a network the line stays as it was; the class's page says it again
  }
}

function showHours() {
  for (const row of document.querySelectorAll(".hours")) {
    row.hidden = !plan.querySelector(`[name=parts][value=${row.dataset.part}]`).checked;
  }
}

function take(position) {
  const { latitude, longitude, accuracy } = position.coords;
  fetch(`${plan.dataset.place}?${new URLSearchParams({ latitude, longitude })}`)
    .then((answer) => answer.json())
    .then((point) => {
      plan.elements.latitude.value = point.latitude.toFixed(6);
      plan.elements.longitude.value = point.longitude.toFixed(6);
      const doubt = Math.round(accuracy);
      located.textContent = doubt > 100 ? `填好了，误差约${doubt}米，到窗边再试一次更准。` : `填好了，误差约${doubt}米。`;
    })
    .catch(() => { located.textContent = "网络断了，请再点一次，或者在地图上抄坐标。"; });
}

function refuse(error) {
  const isForbidden = error.code === error.PERMISSION_DENIED;
  located.textContent = isForbidden ? "浏览器没有允许用位置，请在设置里打开，或者在地图上抄坐标。" : "没测到位置，请到窗边再试一次。";
}

plan.addEventListener("input", (happened) => {
  if (happened.target.name === "parts") showHours();
  if (!["occupation", "days", "region"].includes(happened.target.name)) return;
  clearTimeout(asking);
  asking = setTimeout(ask, 300);
});

if (navigator.geolocation) {
  for (const part of document.querySelectorAll("[data-locating]")) part.hidden = false;
  document.getElementById("locate").addEventListener("click", () => {
    located.textContent = "正在测…";
    navigator.geolocation.getCurrentPosition(take, refuse, { enableHighAccuracy: true, timeout: 15000 });
  });
}
showHours();

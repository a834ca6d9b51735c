// Puts the nearest classes first: adds the phone's place to the address of the page.
"use strict";

const near = document.querySelector("[data-near]");
const words = near.querySelector("[role=status]");
near.hidden = false;

near.querySelector("button").addEventListener("click", async () => {
  say("正在找您的位置…");
  try {
    const { latitude, longitude } = await locate();
    const asked = new URLSearchParams(location.search);
    asked.set("latitude", latitude.toFixed(4));
    asked.set("longitude", longitude.toFixed(4));
    asked.delete("page");
    location.search = asked;
  } catch (why) {
    say(why === "denied" ? "您没有允许用位置，在手机设置里允许后再点。" : "手机定不了位，打开“位置信息”再点一次。");
  }
});

function say(sentence) {
  words.textContent = sentence;
  words.hidden = false;
}

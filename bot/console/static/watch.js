// Watching a notice go: the numbers come every second; a change of state shows the page anew.
"use strict";

const watch = document.getElementById("watch");
const shown = (number) => number.toLocaleString("zh-CN");

async function look() {
  try {
    const answer = await fetch(watch.dataset.progress);
    if (!answer.ok || answer.redirected) return location.reload();
    const now = await answer.json();
    document.getElementById("percent").textContent = `${now.percent}%`;
    const bar = document.getElementById("bar");
    bar.max = now.total || 1;
    bar.value = now.total ? now.done : 1;
    document.getElementById("figure").textContent = `已处理 ${shown(now.done)} 人，共 ${shown(now.total)} 人`;
    for (const cell of watch.querySelectorAll("[data-count]")) {
      cell.textContent = shown(now.counts[cell.dataset.count]);
    }
    const obstacle = document.getElementById("obstacle");
    obstacle.hidden = !now.obstacle;
    obstacle.querySelector("span").textContent = now.obstacle;
    document.getElementById("channels").textContent =
      now.channels.map(([name, count]) => `${name} ${shown(count)} 人`).join("，");
    if (now.state !== watch.dataset.state) return location.reload();
  } catch {
    document.getElementById("figure").textContent = "网络断了，正在重连…";
  }
  setTimeout(look, 1000);
}

if (watch) {
  setTimeout(look, 1000);
} else {
  setTimeout(() => location.reload(), 5000); // approved: it has not begun yet
}

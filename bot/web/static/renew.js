// Keeps parts of the page fresh, each every data-every seconds: from the address in data-renew, whose answer is the new
// inside of the part; or, where that is empty, from the page itself by the part's id. Once what came holds
// [data-finished], the whole page is shown anew.
"use strict";

const last = new WeakMap();

async function renew(part) {
  try {
    const answer = await fetch(part.dataset.renew || location.href);
    if (answer.ok && !answer.redirected) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (fresh.querySelector("[data-finished]")) return location.reload();
      put(part, (part.dataset.renew ? fresh.body : fresh.getElementById(part.id)).innerHTML.trim());
      delete part.dataset.lost;
    }
  } catch {
    part.dataset.lost = "网络断了，正在重连…"; // shown by the stylesheet; what was there stays
  }
  setTimeout(renew, Number(part.dataset.every) * 1000, part);
}

function put(part, html) {
  if (html === last.get(part)) return;
  const atEnd = innerHeight + scrollY >= document.body.scrollHeight - 80;
  part.innerHTML = html;
  last.set(part, html);
  if (atEnd && part.matches(".talk")) scrollTo(0, document.body.scrollHeight);
}

for (const part of document.querySelectorAll("[data-renew]")) {
  setTimeout(renew, Number(part.dataset.every) * 1000, part);
}

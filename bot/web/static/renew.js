// Keeps parts of the page fresh: from the address in data-renew, or, where that is empty, from the page itself by the
// part's id; every data-every seconds. Once the fresh part holds [data-finished], the page is shown anew.
"use strict";

async function renew(part) {
  const from = part.dataset.renew;
  try {
    const answer = await fetch(from || location.href);
    if (answer.ok && !answer.redirected) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = part.id ? fresh.getElementById(part.id) : fresh.querySelector("[data-renew], .progress");
      if ((found || fresh.body).querySelector("[data-finished]")) return location.reload();
      put(part, (found || fresh.body).innerHTML.trim(), from);
      delete part.dataset.lost;
    }
  } catch {
    part.dataset.lost = "网络断了，正在重连…"; // shown by the stylesheet; what was shown stays
  }
  setTimeout(renew, Number(part.dataset.every) * 1000, part);
}

const last = new WeakMap();

function put(part, html, from) {
  if (html === last.get(part)) return;
  const atEnd = innerHeight + scrollY >= document.body.scrollHeight - 80;
  part.innerHTML = html;
  last.set(part, html);
  if (from && atEnd && part.matches(".talk")) scrollTo(0, document.body.scrollHeight);
}

for (const part of document.querySelectorAll("[data-renew]")) {
  setTimeout(renew, Number(part.dataset.every) * 1000, part);
}

// Keeps a part of the page fresh while it is open: from an address of its own, or from the page itself.
"use strict";

const part = document.getElementById("renew");
const from = part.dataset.from;
let last = "";

async function renew() {
  try {
    const answer = await fetch(from || location.href);
    if (answer.ok && !answer.redirected) {
      const text = await answer.text();
      const fresh = from ? text : new DOMParser().parseFromString(text, "text/html").getElementById("renew").innerHTML;
      if (fresh.trim() !== last) {
        const atEnd = innerHeight + scrollY >= document.body.scrollHeight - 80;
        part.innerHTML = fresh;
        last = fresh.trim();
        if (from && atEnd) scrollTo(0, document.body.scrollHeight);
      }
    }
  } catch {
    // The next round tries again; what is shown stays.
  }
  setTimeout(renew, Number(part.dataset.every) * 1000);
}

setTimeout(renew, Number(part.dataset.every) * 1000);

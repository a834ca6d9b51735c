// The way to the simulator: calls with JSON, its events as they happen, and the screens that can be scanned.

import { isWeb } from "./words.js";

export async function get(path) {
  return answer(await fetch(`/simulator/${path}`));
}

export async function post(path, body) {
  return answer(await fetch(`/simulator/${path}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  }));
}

export async function patch(path, body) {
  return answer(await fetch(`/simulator/${path}`, {
    method: "PATCH", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  }));
}

export async function upload(file) {
  return answer(await fetch("/simulator/media?type=image", {
    method: "POST", headers: { "Content-Type": file.type || "image/jpeg" }, body: file,
  }));
}

// The teachers' screens that are on show now, [{ title, address }]; none where the service has none to tell of.
export async function screens() {
  const response = await fetch("/demo/screens", { cache: "no-store" }).catch(() => null);
  const told = response?.ok ? await response.json().catch(() => []) : [];
  return Array.isArray(told) ? told.filter(({ title, address }) => title && isWeb(address)) : [];
}

// Calls `on[name](data)` for each event; `on.lost()` while the line is down.
export function listen(on) {
  const source = new EventSource("/simulator/events");
  for (const name of ["hello", "entry", "phone", "menu"]) {
    source.addEventListener(name, (event) => on[name](JSON.parse(event.data)));
  }
  source.onerror = () => on.lost();
}

async function answer(response) {
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(data.error || `模拟器回应 ${response.status}`);
  return data;
}

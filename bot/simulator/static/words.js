// Reads a message of the account: which lines are numbered choices, which words are links or can be answered.

const MARK = /(^|[\u3000\n]|[？?：:。；;]\s*| {2,})(1\d|[1-9])(?:[、．)）]\s*|[.] ?(?=\D)|[ \u3000])(?=\S)/g;
const LINK = /<a\s[^>]*href=["']([^"']+)["'][^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；！？、）】」”]+)|(?:回复|发送|发)([“"「][^”"」\n]{1,12}[”"」])/g;
const MENU_LINK = "weixin://bizmsgmenu?";

// The text as a list of lines; a line is { parts } or { choice: { number, parts } }.
export function lines(text) {
  const marks = choiceMarks(text);
  const out = [];
  let at = 0;
  marks.forEach((mark, index) => {
    plainLines(text.slice(at, mark.from), out);
    const next = index + 1 < marks.length ? marks[index + 1].from : text.length;
    const newline = text.indexOf("\n", mark.label);
    at = newline >= 0 && newline < next ? newline : next;
    out.push({ choice: { number: mark.number, parts: parts(text.slice(mark.label, at).trim()) } });
  });
  plainLines(text.slice(at), out);
  return out;
}

// Only a run that counts 1, 2, 3 … is a list of choices; a lone number is part of a sentence.
function choiceMarks(text) {
  const found = [];
  for (const match of text.matchAll(MARK)) {
    found.push({ from: match.index + match[1].length, label: match.index + match[0].length, number: Number(match[2]) });
  }
  let best = [];
  found.forEach((mark, start) => {
    if (mark.number !== 1) return;
    const run = [];
    for (const next of found.slice(start)) if (next.number === run.length + 1) run.push(next);
    if (run.length > best.length) best = run;
  });
  return best.length > 1 ? best : [];
}

function plainLines(text, out) {
  const trimmed = text.replace(/^\n/, "").replace(/[\s\u3000]+$/, "");
  if (trimmed) for (const line of trimmed.split("\n")) out.push({ parts: parts(line) });
}

// Words, links { text, url } and words to send { text, send }.
export function parts(line) {
  const out = [];
  let at = 0;
  for (const match of line.matchAll(LINK)) {
    const [whole, href, label, url, quoted] = match; // quoted: with its marks, so that a line break does not part them
    const start = match.index + whole.length - (quoted ?? whole).length;
    if (start > at) out.push({ text: line.slice(at, start) });
    if (quoted) out.push({ text: quoted, send: quoted.slice(1, -1) });
    else if (href?.startsWith(MENU_LINK)) out.push(menuLink(href, label));
    else out.push(isWeb(href ?? url) ? { text: label ?? url, url: href ?? url } : { text: label ?? url });
    at = match.index + whole.length;
  }
  if (at < line.length) out.push({ text: line.slice(at) });
  return out;
}

export function isWeb(address) {
  return /^https?:\/\//i.test(address);
}

// The host of a web address, with its port.
export function hostOf(address) {
  return /^https?:\/\/([^/?#]+)/i.exec(address)?.[1] ?? "";
}

function menuLink(href, label) {
  const query = new URLSearchParams(href.slice(MENU_LINK.length));
  return { text: label, send: query.get("msgmenucontent") || label, item: query.get("msgmenuid") || "" };
}

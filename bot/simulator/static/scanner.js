// What a phone can scan: a teacher's screen, a code of the account, an address that is pasted.

import { element, link } from "./bubbles.js";
import { field, open, row } from "./sheets.js";
import { get, screens } from "./wire.js";
import { isWeb } from "./words.js";

const LOOK_EVERY = 2000; // milliseconds; a screen changes its code every 15 seconds
const CODES = 8;

export async function scan(phone, send) {
  const { body, close } = open(phone, "扫一扫");
  const [onShow, codes] = [element("div", "screens"), element("div")];
  body.append(element("h4", "", "扫老师屏幕"), onShow, element("h4", "", "扫公众号的码"), codes);
  const pick = (code) => {
    close();
    if (isPage(code)) window.open(phone.page(code), "_blank", "noopener");
    else send(code);
  };
  body.append(pasting(pick));
  watch(onShow, phone, close);
  const scenes = await get("scenes");
  codes.append(...scenes.slice(-CODES).reverse().map(({ scene, url }) => row(scene, "", () => pick(url))));
  if (!scenes.length) codes.append(element("p", "hint", "公众号还没有生成过二维码。"));
}

// A web page, and none of WeChat's own codes.
function isPage(code) {
  return isWeb(code) && !/^https?:\/\/weixin\.qq\.com\/q\//.test(code);
}

function pasting(pick) {
  const form = element("form", "fields");
  form.append(
    field("粘贴码", "code", { placeholder: "网址、码的内容或场景值", maxLength: 512 }),
    element("button", "main", "扫这个码"),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    pick(new FormData(form).get("code").trim());
  };
  return form;
}

// Show the screens with the codes of this moment for as long as somebody looks.
async function watch(onShow, phone, close) {
  show(onShow, await screens(), phone, close);
  const looking = setInterval(async () => {
    if (!onShow.isConnected || onShow.closest(".sheet").hidden) clearInterval(looking);
    else show(onShow, await screens(), phone, close);
  }, LOOK_EVERY);
}

// The same screens keep their places, so that nobody's finger misses: only where they lead is new.
function show(onShow, found, phone, close) {
  const titles = found.map(({ title }) => title).join("\n");
  if (onShow.dataset.titles !== titles) {
    onShow.dataset.titles = titles;
    onShow.replaceChildren(...found.map(({ title }) => screen(title, close)));
    if (!found.length) onShow.append(element("p", "hint", "现在没有老师在放签到的码。"));
  }
  found.forEach(({ address }, at) => { onShow.children[at].href = phone.page(address); });
}

function screen(title, close) {
  const made = link("", "");
  made.className = "screen";
  made.append(element("b", "", title), element("small", "", "点一下，就是扫这一刻屏幕上的码"));
  made.addEventListener("click", close);
  return made;
}

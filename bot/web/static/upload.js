// Files: shows what was chosen and refuses what is too large before it is sent; says that a form is on its way.
"use strict";

const MEGABYTE = 1 << 20;

function choose(input) {
  const file = input.files[0];
  const most = Number(input.dataset.megabytes || 12);
  const tooLarge = file && file.size > most * MEGABYTE;
  input.setCustomValidity(tooLarge ? `文件最大${most}MB，这个有${(file.size / MEGABYTE).toFixed(1)}MB，请压缩后再传。` : "");
  if (tooLarge) input.reportValidity();
  const picture = document.getElementById(input.dataset.preview);
  if (picture) picture.src = file && !tooLarge ? URL.createObjectURL(file) : "";
}

document.addEventListener("change", (happened) => {
  if (happened.target.matches("input[type=file]")) choose(happened.target);
});

document.addEventListener("submit", (happened) => {
  const button = happened.submitter;
  if (!button || !happened.target.querySelector("input[type=file]")) return;
  setTimeout(() => { button.disabled = true; button.textContent = "正在上传…"; });
});

addEventListener("pageshow", (happened) => { if (happened.persisted) location.reload(); });

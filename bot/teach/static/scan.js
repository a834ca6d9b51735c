// A voucher's code: takes a picture of it with the phone and writes the number into the field, where the browser can read codes.
"use strict";

async function read(picture) {
  const [found] = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(picture));
  return found ? found.rawValue : "";
}

if ("BarcodeDetector" in window) {
  for (const label of document.querySelectorAll("[data-scan]")) {
    label.hidden = false;
    const camera = label.querySelector("input");
    const field = document.querySelector(label.dataset.scan);
    camera.addEventListener("change", async () => {
      const number = camera.files[0] && await read(camera.files[0]);
      camera.value = "";
      field.setCustomValidity(number ? "" : "没认出券上的码，请靠近些再拍，或者照着券打进来。");
      if (number) field.value = number;
      field.reportValidity();
      field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
      if (number) field.form.requestSubmit();
    });
  }
}

// A grid of choices: one button chooses the same for every row where nothing is chosen yet.
"use strict";

for (const button of document.querySelectorAll("[data-fill]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const group of button.closest("form").querySelectorAll("[role=radiogroup]")) {
      if (group.querySelector(":checked")) continue;
      const wanted = group.querySelector(`[value="${button.dataset.fill}"]`);
      if (wanted) wanted.checked = true;
    }
  });
}

// The simulation page: the slider and the number field say the same; htmx asks again when the number changes.
(() => {
  const value = document.getElementById("value"), slide = document.getElementById("slide");
  if (!value || !slide) return;
  document.getElementById("slide-label").hidden = false;
  slide.addEventListener("input", () => {
    value.value = slide.value;
    value.dispatchEvent(new Event("input", { bubbles: true }));
  });
  value.addEventListener("input", () => { slide.value = value.value; });
})();

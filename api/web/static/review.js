// The review page: a criterion and its words in the text light each other up; J/K walk the criteria, E opens the form, / goes to the text, S, A and R to submit, approve and reject.
(() => {
  const rows = [...document.querySelectorAll(".row[data-mark]")];
  const text = document.getElementById("text");
  if (!text || !rows.length) return;
  const pieces = [...text.querySelectorAll("mark[data-marks]")];
  const piecesOf = (mark) => pieces.filter((p) => p.dataset.marks.split(" ").includes(mark));

  function light(mark, scrollText) {
    pieces.forEach((p) => p.classList.toggle("lit", p.dataset.marks.split(" ").includes(mark)));
    rows.forEach((r) => r.classList.toggle("lit", r.dataset.mark === mark));
    const first = piecesOf(mark)[0];
    if (scrollText && first) text.scrollTo({ top: first.offsetTop - text.offsetTop - text.clientHeight / 3 });
  }

  rows.forEach((row) => {
    row.addEventListener("focusin", () => light(row.dataset.mark, true));
    row.addEventListener("click", () => light(row.dataset.mark, true));
  });
  pieces.forEach((piece) => {
    piece.addEventListener("click", () => {
      const mark = piece.dataset.marks.split(" ").pop();
      const row = document.getElementById("r-" + mark);
      light(mark, false);
      if (row) { row.scrollIntoView({ block: "center" }); row.focus({ preventScroll: true }); }
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const now = rows.indexOf(document.activeElement.closest(".row"));
    if (event.key === "j" || event.key === "k") {
      const next = rows[Math.min(rows.length - 1, Math.max(0, now + (event.key === "j" ? 1 : -1)))];
      next.focus(); next.scrollIntoView({ block: "nearest" });
      event.preventDefault();
    } else if (event.key === "e" && now >= 0) {
      const details = rows[now].querySelector("details.edit");
      if (details) { details.open = true; details.querySelector("input:not([type=hidden]), select").focus(); event.preventDefault(); }
    } else if ("sar".includes(event.key)) {
      const target = document.querySelector(`[data-key="${event.key}"]`);  // only goes there: pressing Enter is the person's own act
      if (target) { target.focus(); target.scrollIntoView({ block: "center" }); event.preventDefault(); }
    } else if (event.key === "/") {
      text.focus(); event.preventDefault();
    }
  });
})();

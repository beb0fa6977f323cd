
document.querySelectorAll(".counts input").forEach(box => box.addEventListener("change", () =>
  document.body.classList.toggle("no-" + box.value, !box.checked)));
const unfold = () => {
  const run = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (run) { run.open = true; run.scrollIntoView(); }
};
addEventListener("hashchange", unfold);
document.querySelectorAll(".map a").forEach(cell => cell.addEventListener("click", () => setTimeout(unfold)));
unfold();

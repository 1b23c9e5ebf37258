// Runs before anything is drawn: the colours chosen on an earlier visit, so that the page does not flash in others.
(() => {
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
  } catch {
    // storage is switched off: the system's colours stand
  }
})();

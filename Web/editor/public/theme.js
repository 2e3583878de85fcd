// Runs before the first paint, so that a chosen theme does not flash the other one. The toggle is in src/ui/theme.ts.
(function () {
  var chosen = localStorage.getItem("collabhub.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();

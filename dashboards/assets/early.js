// Runs before anything is painted: the theme of this browser, also told to the server through a cookie.
(function () {
  "use strict";
  let theme = null;
  try {
    theme = window.localStorage.getItem("theme");
  } catch (error) {
    theme = null;
  }
  const asked = new URLSearchParams(window.location.search).get("theme");
  if (asked === "dark" || asked === "light") theme = asked;
  if (theme !== "dark" && theme !== "light") {
    theme = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  // Charts need scatter and bar traces only: a third of the full library, loaded when the first chart appears.
  Object.defineProperty(window, "_dashPlotlyJSURL", {
    get: () => "/assets/vendor/plotly-basic.min.js?v=4.1.1",
    set: () => undefined,
  });
  document.documentElement.dataset.theme = theme;
  document.cookie = "theme=" + theme + "; path=/; SameSite=Strict";
})();

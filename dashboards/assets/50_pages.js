// Moving between pages without a reload, and the worklist's search box.
(function () {
  "use strict";
  const tracker = (window.tracker = window.tracker || {});

  tracker.go = function (path) {
    window.history.pushState({}, "", path);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  };

  tracker.started = tracker.started || [];
  tracker.started.push(function (page) {
    const holder = page.querySelector("#worklist-search");
    if (!holder) return;
    const input = document.createElement("input");
    Object.assign(input, { type: "search", placeholder: holder.dataset.words, className: "search" });
    input.setAttribute("aria-label", holder.dataset.words);
    input.addEventListener("input", function () {
      const api = window.dash_ag_grid.getApi("worklist-grid");
      if (api) api.setGridOption("quickFilterText", input.value);
    });
    input.addEventListener("keydown", function (event) {
      if (event.key !== "Enter") return;
      const api = window.dash_ag_grid.getApi("worklist-grid");
      const row = api && api.getDisplayedRowAtIndex(0);
      if (row) tracker.go(row.data.link);
    });
    holder.replaceChildren(input);
  });
})();

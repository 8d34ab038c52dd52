// One selection for the whole page: a lesion or a region chosen anywhere is marked everywhere.
(function () {
  "use strict";
  const tracker = (window.tracker = window.tracker || {});
  const actions = (tracker.actions = tracker.actions || {});
  const GRIDS = { "lesion-grid": "lesion", "region-grid": "region" };
  let chosen = {};

  const words = (region) => (region || "").replaceAll("_", " ");

  tracker.select = function (selection, from) {
    if (selection.lesion === chosen.lesion && selection.region === chosen.region) return;
    chosen = selection;
    const viewer = tracker.viewer;
    if (viewer) {
      viewer.state.selected = selection.lesion || "";
      viewer.state.region = words(selection.region);
      viewer.changed();
    }
    for (const [grid, kind] of Object.entries(GRIDS)) if (from !== grid) mark(grid, selection[kind]);
    for (const plot of document.querySelectorAll(".js-plotly-plot")) markChart(plot, selection);
  };
  tracker.chosen = () => chosen;

  function api(grid) {
    try {
      return document.getElementById(grid) ? window.dash_ag_grid.getApi(grid) : null;
    } catch (error) {
      return null;
    }
  }

  function mark(grid, id) {
    const table = api(grid);
    if (!table) return;
    const node = id ? table.getRowNode(id) : null;
    if (!node) {
      table.deselectAll();
      return;
    }
    node.setSelected(true, true);
    table.ensureNodeVisible(node);
  }

  // Traces whose meta names a lesion or region stand out; the others step back while something is chosen.
  function markChart(plot, selection) {
    if (!plot.data || !plot.data.some((trace) => trace.meta && (trace.meta.lesion || trace.meta.region))) return;
    const wanted = selection.lesion || selection.region;
    const opacity = [];
    const places = [];
    plot.data.forEach(function (trace, index) {
      const name = trace.meta && (trace.meta.lesion || trace.meta.region);
      if (!name) return;
      places.push(index);
      opacity.push(!wanted || name === selection.lesion || name === selection.region ? 1 : 0.25);
    });
    window.Plotly.restyle(plot, { opacity }, places);
  }

  function bindCharts() {
    for (const plot of document.querySelectorAll(".js-plotly-plot")) {
      if (plot.dataset.bound || typeof plot.on !== "function") continue;
      plot.dataset.bound = "yes";
      tracker.nameChart(plot);
      plot.on("plotly_click", function (event) {
        const point = event.points[0];
        const meta = point.data.meta || {};
        if (meta.lesion || meta.region) tracker.select(meta, "chart");
        else if (meta.link && point.customdata) tracker.go(String(point.customdata));
        else if (meta.visit && point.customdata) showVisit(String([point.customdata].flat()[0]));
      });
      markChart(plot, chosen);
    }
  }

  function showVisit(token) {
    const viewer = tracker.viewer;
    if (!viewer || !viewer.showOnly) return;
    const shown = viewer.shownTokens();
    if (!shown.includes(token)) viewer.showOnly([...shown, token]);
    const column = viewer.columns.find((other) => other.dataset.visit === token);
    if (!column) return;
    column.scrollIntoView({ behavior: "smooth", block: "nearest", inline: "center" });
    for (const other of viewer.columns) other.classList.toggle("visit--picked", other === column);
  }

  // The visit whose regions are shown: asked of the server, kept in the address.
  document.addEventListener("change", function (event) {
    const choice = event.target instanceof Element && event.target.closest(".region-visit");
    if (!choice) return;
    const query = new URLSearchParams(window.location.search);
    query.set("rv", choice.value);
    const search = query.toString().replaceAll("%2C", ",");
    window.history.replaceState(window.history.state, "", window.location.pathname + "?" + search);
    const data = { subject: choice.dataset.subject, visit: choice.value };
    window.dash_clientside.set_props("region-visit", { data });
  });

  actions["pick-lesion"] = (control) => tracker.select({ lesion: control.dataset.lesion }, "evidence");

  function bindGrids() {
    for (const [grid, kind] of Object.entries(GRIDS)) {
      const element = document.getElementById(grid);
      if (!element || element.dataset.bound) continue;
      const table = api(grid);
      if (!table) continue;
      element.dataset.bound = "yes";
      table.addEventListener("rowSelected", function (event) {
        if (event.node.isSelected() && event.source !== "api") tracker.select({ [kind]: event.node.id }, grid);
      });
      if (chosen[kind]) mark(grid, chosen[kind]);
    }
  }

  new MutationObserver(function () {
    bindCharts();
    bindGrids();
  }).observe(document.documentElement, { childList: true, subtree: true });

  tracker.started = tracker.started || [];
  tracker.started.push(function () {
    const viewer = tracker.viewer;
    chosen = {};
    if (!viewer) return;
    const { selected, region } = viewer.state;
    if (selected) chosen = { lesion: selected };
    else if (region) chosen = { region: region.replaceAll(" ", "_") };
  });

  actions.leave = function () {
    const viewer = tracker.viewer;
    if (!viewer) return;
    if (viewer.state.compare) actions[viewer.state.compare]();
    else if (viewer.state.mode === "board") actions.board();
    else tracker.select({}, "key");
  };

  actions.board = function () {
    const viewer = tracker.viewer;
    if (!viewer) return;
    const root = document.documentElement;
    viewer.state.mode = viewer.state.mode === "board" ? "" : "board";
    const board = viewer.state.mode === "board";
    root.dataset.mode = viewer.state.mode;
    if (board) {
      viewer.unboarded = { shown: viewer.shownTokens(), privacy: root.dataset.privacy };
      viewer.showOnly((viewer.root.dataset.board || "").split(",").filter(Boolean));
      root.dataset.privacy = "hidden";
    } else if (viewer.unboarded) {
      viewer.showOnly(viewer.unboarded.shown);
      root.dataset.privacy = viewer.unboarded.privacy;
    }
    window.dispatchEvent(new Event("resize"));
    window.scrollTo(0, 0);
    viewer.later(true);
  };

  tracker.extensions = tracker.extensions || [];
  tracker.extensions.push(function (viewer) {
    document.documentElement.dataset.mode = "";
    if (viewer.state.mode === "board") {
      viewer.state.mode = "";
      actions.board();
    }
  });
})();

// Charts: their colours follow the theme and the printer, their names the switch for identifiers; PNG of each.
(function () {
  "use strict";
  const tracker = (window.tracker = window.tracker || {});
  const actions = (tracker.actions = tracker.actions || {});

  const plots = () => Array.from(document.querySelectorAll(".js-plotly-plot"));

  // Every colour of one palette is exchanged for its namesake in the other.
  function exchanged(value, colours) {
    if (typeof value === "string") return colours[value] || value;
    if (Array.isArray(value)) return value.map((part) => exchanged(part, colours));
    if (value && typeof value === "object" && !ArrayBuffer.isView(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, exchanged(part, colours)]));
    }
    return value;
  }

  function between(palettes, from, to) {
    return Object.fromEntries(Object.entries(palettes[from]).map(([name, value]) => [value, palettes[to][name]]));
  }

  let known = null;
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.charts = {
    recolour: function (theme, palettes, figures) {
      const none = window.dash_clientside.no_update;
      if (!theme || !palettes) return figures.map(() => none);
      const colours = between(palettes, theme === "dark" ? "light" : "dark", theme);
      return figures.map((figure) => exchanged(figure, colours));
    },
    remember: function (palettes) {
      known = palettes;
      return window.dash_clientside.no_update;
    },
  };

  // Paper is white: a dark page is printed with the light palette, charts included, and comes back as it was.
  function repaint(from, to) {
    if (!known || document.documentElement.dataset.theme !== "dark") return;
    const colours = between(known, from, to);
    for (const plot of plots()) {
      window.Plotly.react(plot, exchanged(plot.data, colours), exchanged(plot.layout, colours));
    }
  }

  // A4 across leaves 277 mm. A table on screen draws only the rows in sight: paper gets a plain one with all of them.
  const PAPER_PX = 1020;
  const SIGNED = new Intl.NumberFormat("en", { maximumFractionDigits: 0, signDisplay: "exceptZero" });

  function written(value, renderer) {
    if (value === null || value === undefined || value === "") return "–";
    if (Array.isArray(value)) return value.map((one) => (typeof one === "number" ? one.toFixed(2) : "–")).join("  ");
    if (typeof value !== "number") return String(value);
    if (renderer === "Change") return SIGNED.format(value) + " %";
    return renderer === "Number" ? value.toFixed(2) : String(Math.round(value));
  }

  function plainTable(api) {
    const table = document.createElement("table");
    table.className = "plain-table print-table";
    const columns = api.getAllDisplayedColumns().map((column) => column.getColDef());
    const head = table.createTHead().insertRow();
    for (const column of columns) {
      head.append(Object.assign(document.createElement("th"), { textContent: column.headerName, scope: "col" }));
    }
    const body = table.createTBody();
    api.forEachNodeAfterFilterAndSort(function (node) {
      const row = body.insertRow();
      for (const column of columns) row.insertCell().textContent = written(node.data[column.field], column.cellRenderer);
    });
    return table;
  }

  function tablesToPaper() {
    for (const grid of document.querySelectorAll(".grid[id]")) {
      try {
        grid.closest(".grid-frame").after(plainTable(window.dash_ag_grid.getApi(grid.id)));
      } catch (error) {
        continue;
      }
    }
  }

  function toPaper() {
    repaint("dark", "light");
    for (const plot of plots().filter((other) => other.clientWidth > PAPER_PX)) {
      plot.dataset.narrowed = "yes";
      window.Plotly.relayout(plot, { width: PAPER_PX });
    }
    tablesToPaper();
  }

  function fromPaper() {
    for (const plot of plots().filter((other) => other.dataset.narrowed)) {
      delete plot.dataset.narrowed;
      window.Plotly.relayout(plot, { width: null, autosize: true });
    }
    for (const table of document.querySelectorAll(".print-table")) table.remove();
    repaint("light", "dark");
  }

  function stampPaper() {
    const foot = document.querySelector(".print-line");
    if (!foot) return;
    foot.dataset.words = foot.dataset.words || foot.textContent;
    const when = new Date().toISOString().slice(0, 16).replace("T", " ") + " UTC";
    foot.textContent = `${foot.dataset.words} ${foot.dataset.printed.replace("{when}", when)}`;
  }

  window.addEventListener("beforeprint", stampPaper);
  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", fromPaper);

  // A figure tells in its meta which texts name a patient and which token stands for them.
  tracker.nameChart = function (plot) {
    const names = ((plot.layout || {}).meta || {}).names;
    if (!names) return;
    const hidden = document.documentElement.dataset.privacy === "hidden";
    const pairs = Object.entries(names).map(([name, token]) => (hidden ? [name, token] : [token, name]));
    const swap = new Map(pairs);
    const line = (text) => String(text).split("<br>").map((part) => swap.get(part) || part).join("<br>");
    const hovers = plot.data.map((trace) => (Array.isArray(trace.hovertext) ? [trace.hovertext.map(line)] : null));
    hovers.forEach((hovertext, index) => hovertext && window.Plotly.restyle(plot, { hovertext }, [index]));
    const ticks = plot.layout.yaxis && plot.layout.yaxis.ticktext;
    if (ticks && ticks.length) window.Plotly.relayout(plot, { "yaxis.ticktext": ticks.map(line) });
  };
  window.addEventListener("privacy", () => plots().forEach(tracker.nameChart));

  function fileName(control) {
    const title = control.closest(".card").querySelector("h2").textContent;
    return title.toLowerCase().replaceAll(" ", "-");
  }

  actions["save-chart"] = function (control) {
    const plot = control.closest(".card").querySelector(".js-plotly-plot");
    if (plot) window.Plotly.downloadImage(plot, { format: "png", scale: 2, filename: fileName(control) });
  };
})();

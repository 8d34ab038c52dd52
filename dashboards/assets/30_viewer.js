// The viewer: every panel shows one view of one visit through one shared window and one shared zoom.
(function () {
  "use strict";
  const tracker = (window.tracker = window.tracker || {});
  const actions = (tracker.actions = tracker.actions || {});
  const { fetchRaster, greyTable, paint, bodyBox, geometry } = tracker.raster;
  const SIDE_LETTERS = { ANTERIOR: ["R", "L"], POSTERIOR: ["L", "R"] };
  const VIEW_MARKS = { ANTERIOR: "ANT", POSTERIOR: "POST" };
  let viewer = null;

  function defaults(high) {
    return {
      low: 0,
      high,
      auto: high,
      gain: "bone",
      inverse: true,
      aligned: false,
      k: 1,
      x: 0,
      y: 0,
      outlines: true,
      regions: false,
      physiologic: false,
      confidence: false,
      mode: "",
      selected: "",
    };
  }

  // The patient's sides in the upper corners, the view in the lower left one; what no header states is said to be so.
  function markSides(panel, size, edge, onWhite) {
    const { context, canvas, side } = panel;
    const letters = SIDE_LETTERS[side];
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.font = `600 ${size}px Inter, sans-serif`;
    context.fillStyle = onWhite ? "#33404d" : "#c9d3dd";
    context.textBaseline = "top";
    context.textAlign = "left";
    context.fillText(letters[0], edge, edge);
    context.textAlign = "right";
    context.fillText(letters[1], canvas.width - edge, edge);
    context.textAlign = "left";
    context.textBaseline = "bottom";
    const doubt = panel.element.dataset.unverified;
    context.fillText(doubt ? `${VIEW_MARKS[side]} – ${doubt}` : VIEW_MARKS[side], edge, canvas.height - edge);
  }

  // A sentence in the middle of a panel, in as many lines as it needs.
  function writeMessage(context, canvas, text, size) {
    const lines = [""];
    context.font = `${size}px Inter, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (const word of text.split(" ")) {
      const longer = `${lines[lines.length - 1]} ${word}`.trim();
      if (context.measureText(longer).width > 0.88 * canvas.width && lines[lines.length - 1]) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    const top = canvas.height / 2 - ((lines.length - 1) * 1.4 * size) / 2;
    lines.forEach((line, at) => context.fillText(line, canvas.width / 2, top + at * 1.4 * size, canvas.width));
  }

  class Panel {
    constructor(element) {
      this.element = element;
      this.visit = element.dataset.visit;
      this.side = element.dataset.side;
      this.subject = element.dataset.subject;
      this.facts = JSON.parse(element.dataset.view);
      this.canvas = document.createElement("canvas");
      this.context = this.canvas.getContext("2d");
      this.rasters = {};
      this.pending = {};
      this.problem = "";
      element.replaceChildren(this.canvas);
    }

    // Pixels of patient space may be larger or smaller than stored ones, and hold counts accordingly.
    area(raster) {
      return (raster.rowMm * raster.colMm) / (this.facts.spacing[0] * this.facts.spacing[1]);
    }

    get shown() {
      return !this.element.closest(".visit--hidden");
    }

    load(kind) {
      if (!this.pending[kind]) {
        this.pending[kind] = fetchRaster(this.subject, this.visit, this.side, kind)
          .then((raster) => {
            this.rasters[kind] = raster;
            if (kind.endsWith("counts")) raster.box = bodyBox(raster, (this.facts.high * this.area(raster)) / raster.step);
            return raster;
          })
          .catch((problem) => {
            if (kind.endsWith("counts")) this.problem = problem.message;
            return null;
          });
      }
      return this.pending[kind];
    }
  }

  class Viewer {
    constructor(root) {
      this.root = root;
      this.strip = root.querySelector(".strip");
      this.panels = Array.from(root.querySelectorAll(".panel[data-view]"), (element) => new Panel(element));
      this.columns = Array.from(root.querySelectorAll(".visit"));
      this.regions = JSON.parse(root.dataset.regions || "{}");
      this.state = defaults(this.automatic());
      this.paints = 0;
      this.queued = false;
      this.layers = [];
      this.listeners = [];
      this.outlines = {};
    }

    // Automatic window: the reference visit's 99.5th percentile in bone, as percent of its reference bone.
    automatic() {
      const usable = this.panels.filter((panel) => panel.facts.one);
      const ratios = usable.map((panel) => panel.facts.high / panel.facts.one).sort((a, b) => a - b);
      return ratios.length ? Math.round(100 * ratios[Math.floor(ratios.length / 2)]) : 100;
    }

    visible() {
      return this.panels.filter((panel) => panel.shown);
    }

    raster(panel) {
      const aligned = this.state.aligned && panel.element.closest(".visit").dataset.aligned === "yes";
      return panel.rasters[aligned ? "space_counts" : "counts"];
    }

    // Counts that a percentage of the window stands for on this panel.
    countsAt(panel, pct, raster) {
      const fallback = panel.facts.high / (this.state.auto / 100);
      const first = this.panels.find((other) => other.side === panel.side) || panel;
      const one = this.state.gain === "bone" ? panel.facts.one : first.facts.one;
      return ((one || fallback) * panel.area(raster) * pct) / 100;
    }

    want(kind) {
      for (const panel of this.visible()) panel.load(kind).then(() => this.later(true));
    }

    start() {
      this.want("counts");
      this.watch();
      this.layout();
    }

    // Height for the panels: on the board all that is left under the headline, else two thirds of the window.
    room() {
      if (this.state.mode !== "board") return Math.round(window.innerHeight * 0.66);
      const heading = this.strip.querySelector(".visit:not(.visit--hidden) .pair");
      const top = (heading || this.strip).getBoundingClientRect().top + window.scrollY;
      return Math.floor(window.innerHeight - top - 12);
    }

    layout() {
      const panels = this.visible();
      const boxes = panels.map((panel) => this.raster(panel)).filter(Boolean).map((raster) => raster.box);
      const wide = Math.max(...boxes.map((box) => box.right - box.left), 400) * 1.06;
      const high = Math.max(...boxes.map((box) => box.bottom - box.top), 1000) * 1.03;
      const width = panels.length ? panels[0].element.clientWidth : 100;
      const room = Math.max(300, this.room());
      const height = Math.round(Math.min(room, (width * high) / wide));
      this.strip.style.setProperty("--panel-height", height + "px");
      this.strip.style.setProperty("--panel-best", Math.round((1.25 * height * wide) / high) + "px");
      this.strip.style.setProperty("--panel-aspect", (wide / high).toFixed(3));
      this.extent = { wide, high };
      const ratio = window.devicePixelRatio || 1;
      for (const panel of panels) {
        const w = Math.max(1, Math.round(panel.element.clientWidth * ratio));
        const h = Math.max(1, Math.round(panel.element.clientHeight * ratio));
        if (panel.canvas.width !== w || panel.canvas.height !== h) {
          panel.canvas.width = w;
          panel.canvas.height = h;
        }
      }
    }

    later(relayout) {
      this.relayout = this.relayout || relayout;
      if (this.queued) return;
      this.queued = true;
      window.requestAnimationFrame(() => {
        this.queued = false;
        if (this.relayout) this.layout();
        this.relayout = false;
        this.draw();
      });
    }

    draw() {
      for (const panel of this.visible()) this.drawPanel(panel);
      this.paints += 1;
      if (!this.told && this.visible().every((panel) => this.raster(panel) || panel.problem)) this.tell();
      for (const listener of this.listeners) listener(this);
    }

    // Every image is on screen: charts and tables may follow.
    tell() {
      this.told = true;
      window.performance.mark("painted");
      const page = this.root.closest(".course[data-subject]");
      if (!page) return;
      window.setTimeout(() => {
        const regions = new URLSearchParams(window.location.search).get("rv") || "";
        const data = { subject: page.dataset.subject, regions, at: Date.now() };
        window.dash_clientside.set_props("painted", { data });
      }, 0);
    }

    // Where millimetres of an image lie on a panel's canvas: scale and offset in device pixels.
    place(panel, raster) {
      const box = raster.box;
      const { width, height } = panel.canvas;
      const scale = Math.min(width / this.extent.wide, height / this.extent.high) * this.state.k;
      const midX = (box.left + box.right) / 2 + this.state.x;
      const midY = (box.top + box.bottom) / 2 + this.state.y;
      return { scale, left: width / 2 - midX * scale, top: height / 2 - midY * scale };
    }

    windowOf(visit) {
      return (this.state.own && this.state.own[visit]) || this.state;
    }

    paintCounts(panel, raster) {
      const chosen = this.windowOf(panel.visit);
      const low = this.countsAt(panel, chosen.low, raster) / raster.step;
      const high = this.countsAt(panel, chosen.high, raster) / raster.step;
      const key = [low, high, this.state.inverse].join();
      if (raster.painted !== key) paint(raster, this.table(low, high, key), key);
    }

    table(low, high, key) {
      this.tables = this.tables && this.tables.size < 40 ? this.tables : new Map();
      if (!this.tables.has(key)) this.tables.set(key, greyTable(low, high, this.state.inverse));
      return this.tables.get(key);
    }

    drawPanel(panel) {
      const { context, canvas } = panel;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.fillStyle = this.state.inverse ? "#ffffff" : "#000000";
      context.fillRect(0, 0, canvas.width, canvas.height);
      const raster = this.raster(panel);
      if (raster) {
        this.paintCounts(panel, raster);
        this.drawImage(panel, raster, raster.canvas);
        for (const layer of this.layers) layer(this, panel, raster);
      }
      this.drawLetters(panel, raster, this.state.inverse);
    }

    drawImage(panel, raster, image) {
      const { scale, left, top } = this.place(panel, raster);
      panel.context.imageSmoothingEnabled = true;
      panel.context.imageSmoothingQuality = "high";
      const half = [raster.colMm / 2, raster.rowMm / 2];
      panel.context.drawImage(
        image,
        left - half[0] * scale,
        top - half[1] * scale,
        raster.cols * raster.colMm * scale,
        raster.rows * raster.rowMm * scale,
      );
    }

    drawLetters(panel, raster, onWhite) {
      const { context, canvas } = panel;
      const ratio = window.devicePixelRatio || 1;
      const size = (this.state.mode === "board" ? 36 : 12) * ratio;
      markSides(panel, size, 4 * ratio, onWhite);
      if (panel.problem && !raster) {
        writeMessage(context, canvas, panel.problem, size);
      }
    }

    // What lies under a place on a panel, from the images already fetched.
    at(panel, x, y) {
      const raster = this.raster(panel);
      if (!raster) return null;
      const { scale, left, top } = this.place(panel, raster);
      const col = Math.round((x - left) / scale / raster.colMm);
      const row = Math.round((y - top) / scale / raster.rowMm);
      if (row < 0 || col < 0 || row >= raster.rows || col >= raster.cols) return null;
      const index = row * raster.cols + col;
      const counts = raster.data[index] * raster.step;
      const labels = panel.rasters[raster.kind === "counts" ? "labels" : "space_labels"];
      return {
        stored: raster.toStored(row, col),
        counts,
        ratio: panel.facts.one ? counts / (panel.facts.one * panel.area(raster)) : null,
        region: labels ? this.regions[labels.data[index]] || "" : "",
        native: raster.kind === "counts",
      };
    }

    zoom(factor, panel, x, y) {
      const state = this.state;
      const before = state.k;
      state.k = Math.min(12, Math.max(0.8, state.k * factor));
      if (panel && this.raster(panel)) {
        const { scale } = this.place(panel, this.raster(panel));
        const change = 1 - state.k / before;
        state.x -= ((x - panel.canvas.width / 2) / scale) * change;
        state.y -= ((y - panel.canvas.height / 2) / scale) * change;
      }
      this.changed();
    }

    pan(dx, dy, panel) {
      const { scale } = this.place(panel, this.raster(panel));
      this.state.x -= dx / scale;
      this.state.y -= dy / scale;
      this.changed();
    }

    setWindow(low, high, visit) {
      const target = this.windowOf(visit);
      target.high = Math.min(this.largest(), Math.max(2, Math.round(high)));
      target.low = Math.min(target.high - 1, Math.max(0, Math.round(low)));
      this.changed();
    }

    largest() {
      return Math.max(1000, 4 * this.state.auto);
    }

    changed() {
      this.later(false);
    }

    watch() {
      this.observer = new ResizeObserver(() => this.later(true));
      this.observer.observe(this.strip);
    }

    stop() {
      if (this.observer) this.observer.disconnect();
    }
  }

  tracker.Viewer = Viewer;
  tracker.Panel = Panel;
  tracker.geometry = geometry;
  Object.assign(tracker, { markSides, writeMessage });

  tracker.started = tracker.started || [];
  tracker.started.push(function (page) {
    if (viewer) viewer.stop();
    const root = page.querySelector(".viewer");
    viewer = root ? new Viewer(root) : null;
    tracker.viewer = viewer;
    if (!viewer) return;
    for (const extend of tracker.extensions || []) extend(viewer);
    viewer.start();
  });

  const withViewer = (work) => () => viewer && work(viewer);
  actions.auto = withViewer((v) => v.setWindow(0, v.state.auto));
  actions["window-up"] = withViewer((v) => v.setWindow(v.state.low, v.state.high * 1.15));
  actions["window-down"] = withViewer((v) => v.setWindow(v.state.low, v.state.high / 1.15));
  actions["zoom-in"] = withViewer((v) => v.zoom(1.25));
  actions["zoom-out"] = withViewer((v) => v.zoom(0.8));
  actions.reset = withViewer((v) => {
    Object.assign(v.state, { k: 1, x: 0, y: 0 });
    v.changed();
  });
  actions.invert = withViewer((v) => {
    v.state.inverse = !v.state.inverse;
    v.changed();
  });
  actions.gain = withViewer((v) => {
    v.state.gain = v.state.gain === "bone" ? "raw" : "bone";
    v.changed();
  });
  actions.native = withViewer((v) => {
    v.state.aligned = !v.state.aligned;
    if (v.state.aligned) v.want("space_counts");
    v.later(true);
  });
})();

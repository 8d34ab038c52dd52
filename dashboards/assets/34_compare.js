// Two aligned visits in one place: flicker, wipe, and their difference in standard deviations.
(function () {
  "use strict";
  const tracker = (window.tracker = window.tracker || {});
  const actions = (tracker.actions = tracker.actions || {});
  tracker.extensions = tracker.extensions || [];
  const LARGEST_SD = 8;
  const QUIET_SD = 1.5;
  const FASTEST_HZ = 3;

  // Binomial smoothing, about 2.4 pixels wide: returns the smoothed array and the sum of squared weights.
  const KERNEL = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];
  const SQUARED = KERNEL.reduce((sum, w) => sum + w * w, 0) ** 2;

  function smooth(data, rows, cols) {
    const half = new Float32Array(data.length);
    const full = new Float32Array(data.length);
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++) {
        let sum = 0;
        for (let k = -2; k <= 2; k++) sum += KERNEL[k + 2] * data[row * cols + Math.min(cols - 1, Math.max(0, col + k))];
        half[row * cols + col] = sum;
      }
    }
    for (let row = 0; row < rows; row++) {
      for (let k = -2; k <= 2; k++) {
        const from = Math.min(rows - 1, Math.max(0, row + k)) * cols;
        const weight = KERNEL[k + 2];
        for (let col = 0; col < cols; col++) full[row * cols + col] += weight * half[from + col];
      }
    }
    return full;
  }

  // (b gB - a gA) over its standard deviation: Poisson counts, and what a misplacement of the error expected at each
  // place moves: an arm that may lie elsewhere counts for less than a spine that fits.
  function difference(a, b, gainA, gainB, errorAt) {
    const { rows, cols } = a;
    const [sa, sb] = [smooth(a.data, rows, cols), smooth(b.data, rows, cols)];
    const z = new Float32Array(sa.length);
    for (let row = 1; row < rows - 1; row++) {
      for (let col = 1; col < cols - 1; col++) {
        const at = row * cols + col;
        const [countsA, countsB] = [sa[at] * a.step, sb[at] * b.step];
        const poisson = SQUARED * (gainA * gainA * countsA + gainB * gainB * countsB + 0.5 * gainB * gainB);
        const down = (gainA * a.step * (sa[at + cols] - sa[at - cols])) / (2 * a.rowMm);
        const across = (gainA * a.step * (sa[at + 1] - sa[at - 1])) / (2 * a.colMm);
        const errorMm = errorAt(at);
        const moved = 0.5 * errorMm * errorMm * (down * down + across * across);
        z[at] = (gainB * countsB - gainA * countsA) / Math.sqrt(poisson + moved);
      }
    }
    return z;
  }

  // Blue - white - red, dark enough at the ends to be told apart by every kind of colour vision.
  function colour(z) {
    const part = Math.min(1, Math.max(0, Math.abs(z) - QUIET_SD) / (LARGEST_SD - QUIET_SD));
    const end = z < 0 ? [0, 82, 155] : [176, 42, 0];
    const mix = end.map((value) => Math.round(255 + (value - 255) * part));
    return (0xff000000 | (mix[2] << 16) | (mix[1] << 8) | mix[0]) >>> 0;
  }

  // Physiologic sites say nothing about bone: grey hatching instead of a difference.
  function hatched(at, cols) {
    const diagonal = ((at % cols) + Math.floor(at / cols)) % 6;
    return diagonal < 2 ? 0xffb8b0a8 : 0xfff4f2f0;
  }

  function painted(z, a, sites) {
    const canvas = tracker.raster.blankCanvas(a.cols, a.rows);
    const context = canvas.getContext("2d");
    const image = context.createImageData(a.cols, a.rows);
    const words = new Uint32Array(image.data.buffer);
    for (let at = 0; at < z.length; at++) words[at] = sites && sites.data[at] ? hatched(at, a.cols) : colour(z[at]);
    context.putImageData(image, 0, 0);
    return canvas;
  }

  class Stage {
    constructor(viewer, element) {
      this.viewer = viewer;
      this.element = element;
      this.phase = 0;
      this.divider = 0.5;
      this.paused = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.rate = 2;
      this.differences = new Map();
      this.panels = Array.from(element.querySelectorAll("[data-compare]"), (place) => {
        const canvas = document.createElement("canvas");
        place.replaceChildren(canvas);
        const panel = { element: place, canvas, context: canvas.getContext("2d"), side: place.dataset.compare };
        canvas.addEventListener("pointermove", (event) => event.buttons && this.drag(event, canvas));
        canvas.addEventListener("pointerdown", (event) => this.drag(event, canvas));
        return panel;
      });
    }

    get mode() {
      return this.viewer.state.compare;
    }

    drag(event, canvas) {
      if (this.mode !== "swipe") return;
      const box = canvas.getBoundingClientRect();
      this.divide((event.clientX - box.left) / box.width);
    }

    divide(part) {
      this.divider = Math.min(1, Math.max(0, part));
      const input = this.element.querySelector(".divider");
      if (input) input.value = Math.round(100 * this.divider);
      this.viewer.changed();
    }

    source(side, which) {
      const token = this.viewer.state.pair[which];
      return this.viewer.panels.find((panel) => panel.visit === token && panel.side === side);
    }

    column(which) {
      return this.viewer.columns.find((column) => column.dataset.visit === this.viewer.state.pair[which]);
    }

    // Why these two visits cannot be laid over each other; empty where they can.
    refusal() {
      for (const which of [0, 1]) {
        const column = this.column(which);
        if (column && column.dataset.aligned !== "yes") return column.dataset.refusal || "";
      }
      return "";
    }

    draw() {
      const active = Boolean(this.mode);
      this.element.hidden = !active;
      if (!active) return;
      const refusal = this.refusal();
      this.element.querySelector(".compare-message").textContent = refusal;
      for (const panel of this.panels) this.drawPanel(panel, refusal);
      this.caption();
    }

    caption() {
      const dates = [0, 1].map((which) => this.column(which).querySelector(".visit-date a").textContent);
      const title = this.element.querySelector(".compare-title");
      const words = title.dataset;
      if (this.mode === "flicker") title.textContent = dates[this.phase];
      else if (this.mode === "swipe") title.textContent = `${dates[0]} | ${dates[1]}`;
      else title.textContent = words.subtract.replace("{a}", dates[0]).replace("{b}", dates[1]);
      this.element.querySelector(".legend").hidden = this.mode !== "subtract";
      this.element.querySelector(".divider-row").hidden = this.mode !== "swipe";
      this.element.querySelector(".flicker-row").hidden = this.mode !== "flicker";
    }

    drawPanel(panel, refusal) {
      const { viewer } = this;
      const ratio = window.devicePixelRatio || 1;
      const [w, h] = [panel.element.clientWidth * ratio, panel.element.clientHeight * ratio].map(Math.round);
      if (panel.canvas.width !== w || panel.canvas.height !== h) Object.assign(panel.canvas, { width: w, height: h });
      const { context } = panel;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.fillStyle = viewer.state.inverse || this.mode === "subtract" ? "#ffffff" : "#000000";
      context.fillRect(0, 0, w, h);
      const pair = [this.source(panel.side, 0), this.source(panel.side, 1)];
      if (refusal || !pair[0] || !pair[1]) return;
      const rasters = pair.map((source) => source.rasters.space_counts);
      pair.forEach((source, which) => rasters[which] || source.load("space_counts").then(() => viewer.later(false)));
      if (!rasters[0] || !rasters[1]) return;
      this[this.mode](panel, pair, rasters);
      viewer.drawLetters(panel, rasters[0], viewer.state.inverse || this.mode === "subtract");
    }

    image(panel, source, raster) {
      this.viewer.paintCounts(source, raster);
      this.viewer.drawImage(panel, Object.assign({}, raster, { box: this.box(panel) }), raster.canvas);
    }

    // One place for both: the body box of the first visit.
    box(panel) {
      return this.source(panel.side, 0).rasters.space_counts.box;
    }

    flicker(panel, pair, rasters) {
      this.image(panel, pair[this.phase], rasters[this.phase]);
    }

    swipe(panel, pair, rasters) {
      const { context, canvas } = panel;
      this.image(panel, pair[0], rasters[0]);
      const edge = Math.round(this.divider * canvas.width);
      context.save();
      context.beginPath();
      context.rect(edge, 0, canvas.width - edge, canvas.height);
      context.clip();
      this.image(panel, pair[1], rasters[1]);
      context.restore();
      context.fillStyle = "#0a6f8f";
      context.fillRect(edge - 1, 0, 2, canvas.height);
    }

    subtract(panel, pair, rasters) {
      const masks = this.both(pair, "space_physiologic");
      const errors = this.both(pair, "space_error");
      const sites = this.sites(masks);
      const key = [panel.side, Boolean(sites), errors.every(Boolean), ...this.viewer.state.pair].join();
      if (!this.differences.has(key)) {
        const gains = pair.map((source, which) => 1 / ((source.facts.one || 1) * source.area(rasters[which])));
        const z = difference(rasters[0], rasters[1], gains[0], gains[1], this.errorAt(errors));
        this.differences.set(key, painted(z, rasters[0], sites));
      }
      const placed = Object.assign({}, rasters[0], { box: this.box(panel) });
      this.viewer.drawImage(panel, placed, this.differences.get(key));
    }

    // One image of both visits, asked for where it is not here yet.
    both(pair, kind) {
      return pair.map(function (source) {
        if (!source.rasters[kind]) source.load(kind).then((raster) => raster && tracker.viewer.later(false));
        return source.rasters[kind] || null;
      });
    }

    // The larger expected error of the two visits at a place; their typical one until the images of it are here.
    errorAt(errors) {
      const typical = Math.max(...[0, 1].map((which) => Number(this.column(which).dataset.error) || 0));
      if (!errors.every(Boolean)) return () => typical;
      const [first, second] = errors;
      return (at) => Math.max(first.data[at] * first.step, second.data[at] * second.step);
    }

    // What is physiologic at either visit; null while that is not known.
    sites(masks) {
      if (!masks[0] || !masks[1]) return null;
      return { data: masks[0].data.map((value, at) => value || masks[1].data[at]) };
    }

    tick() {
      if (this.mode === "flicker" && !this.paused) {
        this.phase = 1 - this.phase;
        this.viewer.changed();
      }
    }

    clock() {
      window.clearInterval(this.timer);
      this.timer = window.setInterval(() => this.tick(), 1000 / Math.min(FASTEST_HZ, this.rate));
    }
  }

  // The reference and the last visit, or the two last where the reference is the last.
  function firstPair(viewer) {
    const all = viewer.columns.map((column) => column.dataset.visit).filter(Boolean);
    const reference = viewer.columns.find((column) => column.dataset.reference === "yes");
    const last = all[all.length - 1];
    const first = reference ? reference.dataset.visit : all[0];
    return [first === last ? all[all.length - 2] : first, last];
  }

  function showPair(viewer) {
    const pair = viewer.state.pair.length < 2 ? firstPair(viewer) : viewer.state.pair;
    for (const [which, name] of ["pair-a", "pair-b"].entries()) {
      const select = viewer.root.querySelector(`#${name}`);
      if (select) select.value = pair[which];
    }
  }

  function choose(viewer, mode) {
    const { state } = viewer;
    state.compare = state.compare === mode ? "" : mode;
    const all = viewer.columns.map((column) => column.dataset.visit).filter(Boolean);
    if (state.compare && all.length < 2) state.compare = "";
    if (state.compare && state.pair.length < 2) state.pair = firstPair(viewer);
    apply(viewer);
  }

  function apply(viewer) {
    const { state } = viewer;
    const active = Boolean(state.compare);
    viewer.strip.classList.toggle("strip--compare", active);
    if (active) {
      viewer.before = viewer.before || viewer.shownTokens();
      state.aligned = true;
      viewer.showOnly(state.pair);
    } else if (viewer.before) {
      viewer.showOnly(viewer.before);
      viewer.before = null;
    }
    showPair(viewer);
    viewer.columns.forEach((column, index) => {
      column.style.order = column.dataset.visit ? 2 * index : 2 * viewer.columns.findIndex((c) => c.dataset.visit === state.pair[0]) + 1;
    });
    for (const mode of ["flicker", "swipe", "subtract"]) {
      for (const button of viewer.root.querySelectorAll(`[data-action="${mode}"]`)) {
        button.setAttribute("aria-pressed", String(state.compare === mode));
      }
    }
    viewer.later(true);
  }

  for (const mode of ["flicker", "swipe", "subtract"]) {
    actions[mode] = () => tracker.viewer && tracker.viewer.stage && choose(tracker.viewer, mode);
  }
  actions.pause = function () {
    const stage = tracker.viewer && tracker.viewer.stage;
    if (!stage || !stage.mode) return;
    if (stage.paused) stage.phase = 1 - stage.phase;
    stage.paused = !stage.paused;
    tracker.viewer.changed();
  };

  tracker.extensions.push(function (viewer) {
    const element = viewer.root.querySelector(".visit--compare");
    if (!element) return;
    const stage = new Stage(viewer, element);
    viewer.stage = stage;
    viewer.listeners.push(() => stage.draw());
    stage.clock();
    const stop = viewer.stop.bind(viewer);
    viewer.stop = function () {
      window.clearInterval(stage.timer);
      stop();
    };
    for (const [which, name] of ["pair-a", "pair-b"].entries()) {
      const select = viewer.root.querySelector(`#${name}`);
      select.addEventListener("change", function () {
        if (viewer.state.pair.length < 2) viewer.state.pair = firstPair(viewer);
        viewer.state.pair[which] = select.value;
        if (viewer.state.compare) apply(viewer);
      });
    }
    const divider = element.querySelector(".divider-row");
    const slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 100, value: 50 });
    slider.className = "divider";
    slider.setAttribute("aria-label", divider.dataset.words);
    slider.addEventListener("input", () => stage.divide(Number(slider.value) / 100));
    divider.replaceChildren(slider);
    element.querySelector(".rate").addEventListener("change", function (event) {
      stage.rate = Number(event.target.value);
      stage.clock();
    });
    showPair(viewer);
    if (viewer.state.compare) apply(viewer);
  });

  tracker.compare = { difference, smooth, SQUARED };
})();

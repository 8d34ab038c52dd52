// Which visits are shown, which of them goes its own way, and an address that restores exactly this.
(function () {
  "use strict";
  const tracker = (window.tracker = window.tracker || {});
  const actions = (tracker.actions = tracker.actions || {});
  tracker.extensions = tracker.extensions || [];
  const LAYERS = { outlines: "o", regions: "g", physiologic: "p", confidence: "c" };

  function columns(viewer) {
    return viewer.columns.filter((column) => column.dataset.visit);
  }

  function shownTokens(viewer) {
    return columns(viewer)
      .filter((column) => !column.classList.contains("visit--hidden"))
      .map((column) => column.dataset.visit);
  }

  function showOnly(viewer, tokens) {
    for (const column of columns(viewer)) {
      column.classList.toggle("visit--hidden", !tokens.includes(column.dataset.visit));
    }
    viewer.want(viewer.state.aligned ? "space_counts" : "counts");
    mark(viewer);
    viewer.later(true);
  }

  function mark(viewer) {
    const shown = shownTokens(viewer);
    for (const button of viewer.root.querySelectorAll('[data-action="toggle-visit"]')) {
      button.setAttribute("aria-pressed", String(shown.includes(button.dataset.visit)));
    }
  }

  function toggle(token) {
    const viewer = tracker.viewer;
    if (!viewer) return;
    const shown = shownTokens(viewer);
    const next = shown.includes(token) ? shown.filter((other) => other !== token) : [...shown, token];
    if (next.length) showOnly(viewer, next);
  }

  actions["toggle-visit"] = (control) => toggle(control.dataset.visit);
  actions["toggle-number"] = function (number) {
    const column = tracker.viewer && columns(tracker.viewer)[number - 1];
    if (column) toggle(column.dataset.visit);
  };

  // The shown visits move along the course, as many as there are.
  function step(by) {
    const viewer = tracker.viewer;
    if (!viewer) return;
    const all = columns(viewer).map((column) => column.dataset.visit);
    const places = shownTokens(viewer).map((token) => all.indexOf(token) + by);
    if (places.some((place) => place < 0 || place >= all.length)) return;
    showOnly(viewer, places.map((place) => all[place]));
  }
  actions.previous = () => step(-1);
  actions.next = () => step(1);

  // A visit's own window: always visible as such, and one click brings it back.
  actions.unlink = function (control) {
    const viewer = tracker.viewer;
    const token = control.dataset.visit;
    const own = viewer.state.own;
    if (own[token]) delete own[token];
    else own[token] = { low: viewer.state.low, high: ownHigh(viewer, token) };
    markLinks(viewer);
    viewer.changed();
  };

  function ownHigh(viewer, token) {
    const panel = viewer.panels.find((other) => other.visit === token);
    return panel && panel.facts.one ? Math.round((100 * panel.facts.high) / panel.facts.one) : viewer.state.high;
  }

  function markLinks(viewer) {
    for (const column of columns(viewer)) {
      const own = viewer.state.own[column.dataset.visit];
      column.classList.toggle("visit--unlinked", Boolean(own));
      const button = column.querySelector('[data-action="unlink"]');
      if (!button) continue;
      button.setAttribute("aria-pressed", String(Boolean(own)));
      button.textContent = own ? `${button.dataset.own} ${own.low}–${own.high} %` : button.dataset.linked;
    }
  }

  // Address --------------------------------------------------------------------------------------------

  function write(viewer) {
    const { state } = viewer;
    const query = new URLSearchParams(window.location.search);
    const put = (name, value, plain) => (value === plain ? query.delete(name) : query.set(name, value));
    put("scans", shownTokens(viewer).join(","), viewer.firstShown);
    put("wl", `${state.low}-${state.high}`, `0-${state.auto}`);
    put("gain", state.gain, "bone");
    put("grey", state.inverse ? "inverse" : "direct", "inverse");
    put("align", state.aligned ? "1" : "0", "0");
    put("v", [state.k.toFixed(3), state.x.toFixed(1), state.y.toFixed(1)].join(","), "1.000,0.0,0.0");
    const letters = Object.keys(LAYERS).filter((name) => state[name]).map((name) => LAYERS[name]);
    put("overlay", letters.join("") || "0", "o");
    const own = Object.entries(state.own).map(([token, w]) => `${token}.${w.low}-${w.high}`);
    put("own", own.join(","), "");
    put("sel", state.selected || "", "");
    put("region", (state.region || "").replaceAll(" ", "_"), "");
    put("mode", state.mode, "");
    put("cmp", state.compare ? [state.compare, ...state.pair].join(",") : "", "");
    const search = query.toString().replaceAll("%2C", ",");
    const address = window.location.pathname + (search ? "?" + search : "");
    if (address !== window.location.pathname + window.location.search) {
      window.history.replaceState(window.history.state, "", address);
    }
  }

  function pairOf(text) {
    const numbers = (text || "").split("-").map(Number);
    return numbers.length === 2 && numbers.every(Number.isFinite) ? numbers : null;
  }

  function read(viewer) {
    const { state } = viewer;
    const query = new URLSearchParams(window.location.search);
    const wl = pairOf(query.get("wl"));
    if (wl) [state.low, state.high] = wl;
    state.gain = query.get("gain") === "raw" ? "raw" : "bone";
    state.inverse = query.get("grey") !== "direct";
    state.aligned = query.get("align") === "1";
    const view = (query.get("v") || "").split(",").map(Number);
    if (view.length === 3 && view.every(Number.isFinite)) [state.k, state.x, state.y] = view;
    if (query.has("overlay")) {
      for (const [name, letter] of Object.entries(LAYERS)) state[name] = query.get("overlay").includes(letter);
    }
    for (const part of (query.get("own") || "").split(",")) {
      const [token, range] = part.split(".");
      const numbers = pairOf(range);
      if (numbers) state.own[token] = { low: numbers[0], high: numbers[1] };
    }
    state.selected = query.get("sel") || "";
    state.region = (query.get("region") || "").replaceAll("_", " ");
    const cmp = (query.get("cmp") || "").split(",");
    const known = columns(viewer).map((column) => column.dataset.visit);
    if (cmp.length === 3 && known.includes(cmp[1]) && known.includes(cmp[2])) {
      state.compare = cmp[0];
      state.pair = [cmp[1], cmp[2]];
    }
    if (query.get("mode") === "board") state.mode = "board";
    const asked = (query.get("scans") || "").split(",").filter((token) => known.includes(token));
    viewer.firstShown = shownTokens(viewer).join(",");
    if (asked.length) showOnly(viewer, asked);
    if (state.aligned) viewer.want("space_counts");
  }

  tracker.extensions.push(function (viewer) {
    viewer.state.own = {};
    viewer.state.pair = [];
    viewer.state.compare = "";
    read(viewer);
    markLinks(viewer);
    mark(viewer);
    let timer = 0;
    viewer.listeners.push(function () {
      markLinks(viewer);
      window.clearTimeout(timer);
      timer = window.setTimeout(() => tracker.viewer === viewer && write(viewer), 150);
    });
    viewer.showOnly = (tokens) => showOnly(viewer, tokens);
    viewer.shownTokens = () => shownTokens(viewer);
  });
})();

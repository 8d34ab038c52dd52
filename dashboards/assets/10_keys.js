// Actions by name: a key, a button with data-action, or a test calls the same function.
(function () {
  "use strict";
  const tracker = (window.tracker = window.tracker || {});
  const actions = (tracker.actions = tracker.actions || {});
  const KEYS = {
    "[": "window-down",
    "]": "window-up",
    a: "auto",
    i: "invert",
    x: "gain",
    "+": "zoom-in",
    "=": "zoom-in",
    "-": "zoom-out",
    r: "reset",
    n: "native",
    f: "flicker",
    w: "swipe",
    s: "subtract",
    o: "outlines",
    g: "regions",
    p: "physiologic",
    c: "confidence",
    b: "board",
    e: "export",
    "/": "search",
    h: "privacy",
    d: "theme",
    "?": "help",
    " ": "pause",
    ArrowLeft: "previous",
    ArrowRight: "next",
    Escape: "leave",
  };

  function busy(target) {
    if (!(target instanceof Element)) return false;
    return Boolean(target.closest("input, textarea, select, [contenteditable=true], dialog[open]"));
  }

  function run(name, source) {
    if (!actions[name]) return false;
    actions[name](source);
    return true;
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key !== "Escape" && busy(event.target)) return;
    const inGrid = event.target instanceof Element && event.target.closest(".ag-root-wrapper");
    const onControl = event.target instanceof Element && event.target.closest("button, a, summary");
    if (inGrid && event.key.startsWith("Arrow")) return;
    if (onControl && event.key === " ") return;
    const digit = /^[1-9]$/.test(event.key) && actions["toggle-number"];
    if (digit) {
      actions["toggle-number"](Number(event.key));
      event.preventDefault();
    } else if (run(KEYS[event.key] || KEYS[event.key.toLowerCase()] || "", null)) {
      event.preventDefault();
    }
  });

  document.addEventListener("click", function (event) {
    const control = event.target instanceof Element && event.target.closest("[data-action]");
    if (control) run(control.dataset.action, control);
  });

  // Texts that scripts write come from the catalogue that the page brings along.
  let words = null;
  tracker.say = function (text, values) {
    const holder = document.getElementById("words");
    if (!words && holder) words = JSON.parse(holder.dataset.words);
    const found = (words && words[text]) || text;
    return found.replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? values[name] : whole));
  };

  // The table of a page: the worklist as it is on screen, else the file that the page names.
  actions.export = function () {
    const page = document.querySelector("#page > [data-title]");
    if (page && page.dataset.export) Object.assign(document.createElement("a"), { href: page.dataset.export }).click();
    else if (actions["save-worklist"]) actions["save-worklist"]();
  };
  actions.search = function () {
    const box = document.querySelector("#worklist-search input");
    if (box) box.focus();
  };

  actions.help = function () {
    const dialog = document.getElementById("help");
    if (dialog && !dialog.open) dialog.showModal();
  };
  actions["close-help"] = function () {
    const dialog = document.getElementById("help");
    if (dialog) dialog.close();
  };

  const root = document.documentElement;
  function remember(name, value) {
    try {
      window.localStorage.setItem(name, value);
    } catch (error) {
      return;
    }
  }
  actions.privacy = function () {
    root.dataset.privacy = root.dataset.privacy === "hidden" ? "shown" : "hidden";
    remember("privacy", root.dataset.privacy);
    window.dispatchEvent(new CustomEvent("privacy"));
  };
  actions.theme = function () {
    const theme = root.dataset.theme === "dark" ? "light" : "dark";
    root.dataset.theme = theme;
    remember("theme", theme);
    document.cookie = "theme=" + theme + "; path=/; SameSite=Strict";
    if (window.dash_clientside && window.dash_clientside.set_props) {
      window.dash_clientside.set_props("theme", { data: theme });
    }
  };
  try {
    root.dataset.privacy = window.localStorage.getItem("privacy") || "shown";
  } catch (error) {
    root.dataset.privacy = "shown";
  }

  // Pages come and go without a reload: name the tab after the page, never after the patient, and start its viewer.
  tracker.started = tracker.started || [];
  function arrived() {
    const page = document.querySelector("#page > [data-title]");
    if (page && page.dataset.ready !== "yes") {
      page.dataset.ready = "yes";
      document.title = page.dataset.title + " – Bone-scan tracker";
      for (const start of tracker.started) start(page);
    }
  }
  new MutationObserver(arrived).observe(document.documentElement, { childList: true, subtree: true });
})();

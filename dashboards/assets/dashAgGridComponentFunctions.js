// Cell renderers. They build elements from text; nothing here reads markup.
(function () {
  "use strict";
  const make = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const element = (...parts) => window.React.createElement(...parts);
  const DASH = "–";

  const text = (value) => (value === null || value === undefined || value === "" ? DASH : String(value));
  const signed = (value) => {
    const whole = Math.round(value);
    return (whole > 0 ? "+" : whole < 0 ? "−" : "") + Math.abs(whole) + " %";
  };

  make.Number = (params) => element("span", null, typeof params.value === "number" ? params.value.toFixed(2) : DASH);
  make.Whole = (params) => element("span", null, typeof params.value === "number" ? params.value.toFixed(0) : DASH);

  make.Change = function (params) {
    if (typeof params.value !== "number") return element("span", { className: "quiet" }, DASH);
    const quiet = params.data.within_noise === true;
    const name = quiet ? "quiet" : params.value > 0 ? "rise" : "fall";
    const title = window.tracker.say(quiet ? "within noise" : "beyond noise");
    return element("span", { className: name, title }, signed(params.value));
  };

  make.Quiet = (params) =>
    element("span", { className: params.data.within_noise ? "quiet" : "" }, text(params.value));

  make.VerdictChip = (params) =>
    element(
      "span",
      { className: "chip chip--" + params.data.verdict },
      element("span", { className: "shape", "aria-hidden": "true" }),
      element("span", null, text(params.value)),
    );

  make.Fate = function (params) {
    const letters = { new: "N", persistent: "=", resolved: "R", merged: "M", split: "S" };
    return element(
      "span",
      { className: "fate fate--" + (params.data.kind === "lesion" ? params.value : "other") },
      element("span", { className: "letter", "aria-hidden": "true" }, letters[params.value] || ""),
      element("span", null, text(params.value)),
    );
  };

  make.PatientLink = function (params) {
    const link = "/s/" + params.data.token;
    const follow = function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      window.tracker.go(link);
    };
    return element(
      "a",
      { href: link, onClick: follow, className: "who" },
      element("span", { className: "identifier" }, text(params.value)),
      element("span", { className: "pseudonym" }, params.data.token),
    );
  };

  make.Due = function (params) {
    const { due_from: from, due_to: to, due_state: state, due_reason: reason } = params.data;
    if (!from) return element("span", { className: "quiet" }, DASH);
    const say = window.tracker.say;
    const words = { now: say("due now"), overdue: say("overdue"), later: say("from {date}", { date: from }) }[state] || "";
    return element("span", { className: "due due--" + state, title: reason + ": " + from + " to " + to }, words);
  };

  make.Warning = (params) =>
    params.data.warnings
      ? element("span", { className: "warned", title: text(params.value) }, text(params.value))
      : element("span", null, "");

  // A small line: values against visits, gaps where nothing was measured; the number is said for screen readers.
  make.Spark = function (params) {
    const values = Array.isArray(params.value) ? params.value : [];
    const known = values.filter((value) => typeof value === "number");
    if (!known.length) return element("span", { className: "quiet" }, DASH);
    const width = 116;
    const height = 24;
    const top = Math.max(...known) || 1;
    const x = (index) => (values.length < 2 ? width / 2 : 4 + (index * (width - 8)) / (values.length - 1));
    const y = (value) => height - 4 - (value / top) * (height - 8);
    const points = values.map((value, index) => [index, value]).filter((pair) => typeof pair[1] === "number");
    const line = points.map(([index, value]) => x(index).toFixed(1) + "," + y(value).toFixed(1)).join(" ");
    const dots = points.map(([index, value], at) =>
      element("circle", { key: index, cx: x(index), cy: y(value), r: at === points.length - 1 ? 3 : 1.6 }),
    );
    const label = known.map((value) => value.toFixed(2)).join(", ");
    return element(
      "svg",
      { className: "spark", width, height, role: "img", "aria-label": label },
      element("title", null, label),
      element("polyline", { points: line }),
      dots,
    );
  };
})();

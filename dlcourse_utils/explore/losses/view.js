import { h, svg, clamp, format } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { slider, select, checkbox, legend } from "../kit/controls.js";
import { plot, handle, ticks } from "../kit/plot.js";
import { watch, shareable } from "../kit/model.js";

const LOSS_NAMES = { mse: "MSE", mae: "MAE", huber: "Huber", "cross-entropy": "cross-entropy" };
const PROBABILITIES = [0.001, 0.999];

/** A loss of each example, its mean, and the derivative of the mean with respect to each prediction. */
function judge(kind, truth, predicted, delta, isProbability) {
  const count = truth.length;
  const each = [];
  const gradients = [];
  truth.forEach((y, i) => {
    const p = predicted[i];
    const error = p - y;
    const size = Math.abs(error);
    const [loss, pull] = {
      mse: () => [error ** 2, 2 * error * (isProbability ? p * (1 - p) : 1)],
      mae: () => [size, Math.sign(error)],
      huber: () => [size <= delta ? error ** 2 / 2 : delta * (size - delta / 2), clamp(error, -delta, delta)],
      "cross-entropy": () => [-(y * Math.log(p) + (1 - y) * Math.log(1 - p)), error],
    }[kind]();
    each.push(loss);
    gradients.push(pull / count);
  });
  const total = each.reduce((sum, loss) => sum + loss, 0);
  return { value: total / count, shares: each.map((loss) => loss / (total || 1)), gradients };
}

/** Limits of an axis for values from `least` to `most`: from 0 where that is near, up to a round number. */
function axisFor(least, most) {
  const span = most - least || 1;
  const nearZero = least >= 0 && least < span;
  const low = nearZero && least > span * 0.1 ? 0 : least - span * 0.12;
  const high = most + span * 0.12;
  const [first, second] = ticks(low, high, 10);
  const step = second.value - first.value;
  return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
}

/** Two losses side by side on a few predictions that the reader drags. */
function render({ model, el }) {
  const spanOf = (values) => Math.max(...values) - Math.min(...values) || 1;
  const targets = model.get("y_true");
  const values = [...targets, ...model.get("y_pred")];
  const range = axisFor(Math.min(...values), Math.max(...values));
  const grain = 10 ** Math.floor(Math.log10(spanOf(values) / 20));
  const digits = clamp(-Math.round(Math.log10(grain)), 0, 6);
  const deltaMax = Math.max(spanOf(values) / 2, model.get("delta"));

  const isProbability = () => model.get("against") === "cross-entropy";
  const key = () => (isProbability() ? "probabilities" : "y_pred");
  const truth = () => (isProbability() ? model.get("labels") : targets);
  const limits = () => (isProbability() ? PROBABILITIES : range);
  const shownDigits = () => (isProbability() ? 2 : digits);
  const lossDigits = () => (isProbability() || spanOf(values) < 100 ? 2 : 0);

  const address = shareable(model, "losses", { against: ["mae", "huber", "cross-entropy"], y_pred: range,
    probabilities: PROBABILITIES, delta: [grain, deltaMax], together: [] });
  if (model.get("y_pred").length !== targets.length
    || model.get("probabilities").length !== model.get("labels").length) address.reset(); // an address cut short

  const ui = frame({ model, el }, { label: "Losses", reset: () => {
    address.reset();
    show();
  } });
  const change = (pairs) => {
    for (const [name, value] of Object.entries(pairs)) model.set(name, value);
    model.save_changes();
  };
  const left = h("div", { class: "dl-losses-plot" });
  const right = h("div", { class: "dl-losses-side" });
  ui.picture.append(left, right);

  // ---- predictions beside the truth ----------------------------------------------------------------
  const drawPairs = (view) => {
    const { marks, sx, sy } = view;
    const predicted = model.get(key());
    if (model.get("together")) {
      marks.append(svg("line", { class: "dl-losses-one", x1: view.inner.x, x2: view.inner.x + view.inner.width,
        y1: sy(predicted[0]), y2: sy(predicted[0]) }));
    }
    truth().forEach((y, i) => {
      const x = sx(i + 1);
      marks.append(svg("line", { class: "dl-losses-error", x1: x, x2: x, y1: sy(y), y2: sy(predicted[i]) }),
        svg("path", { class: "dl-losses-truth", d: `M${x - 7},${sy(y) - 7}l14,14m0,-14l-14,14` }));
    });
  };

  let view = null;
  let stopPlot = () => {};
  /** The plot of the present task: it has its own examples and its own axis. */
  function makePlot() {
    stopPlot();
    const count = truth().length;
    view = plot(left, { x: [0.5, count + 0.5], y: isProbability() ? [-0.08, 1.08] : range, aspect: 1.15, maxWidth: 430,
      label: "Truth and prediction of each example", xLabel: "example",
      yLabel: isProbability() ? "probability of class 1" : "value", draw: drawPairs });
    left.prepend(view.el);
    const mine = view;
    stopPlot = () => {
      mine.destroy();
      mine.el.remove();
    };
    for (let i = 0; i < count; i += 1) {
      handle(view, { label: `Prediction for example ${i + 1}`,
        at: () => [i + 1, model.get(key())[i]],
        onMove: (x, y) => predict(i, y),
        onEnd: address.save,
        step: [0, isProbability() ? 0.02 : grain],
        value: () => [limits()[0], model.get(key())[i], limits()[1]],
        text: () => `${format(model.get(key())[i], shownDigits())}, truth ${format(truth()[i], isProbability() ? 0 : digits)}` });
    }
  }
  /** A prediction moves; with one for all, all of them. */
  function predict(i, value) {
    const fine = isProbability() ? 0.01 : grain;
    const next = clamp(Number((Math.round(value / fine) * fine).toFixed(8)), ...limits());
    change({ [key()]: model.get(key()).map((old, j) => (j === i || model.get("together") ? next : old)) });
  }

  // ---- the two losses, example by example ------------------------------------------------------------
  const head = h("thead", {});
  const body = h("tbody", {});
  const foot = h("tfoot", { "aria-hidden": "true" });
  right.append(h("table", { class: "dl-losses-table" },
    h("caption", { class: "dl-hidden" }, "Share of each loss and gradient, by example"),
    head, body, foot));
  const note = h("p", { class: "dl-losses-note" });
  right.append(note);

  const largest = ({ gradients }) => Math.max(...gradients.map(Math.abs));
  /** The axis under a column of bars. */
  const scaleCell = (...words) => h("td", {}, h("div", { class: "dl-losses-scale" },
    ...words.map((word) => h("span", {}, word))));
  const shareCell = (share) => h("td", {}, `${format(100 * share, 0)}%`,
    h("div", { class: "dl-losses-bar" }, h("div", { class: "dl-losses-share", style: `width:${100 * share}%` })));
  const gradientCell = (gradient, most) => {
    const part = 50 * Math.abs(gradient / (most || 1));
    return h("td", {}, format(gradient, 3),
      h("div", { class: "dl-losses-bar dl-losses-middle" }, h("div", { class: "dl-losses-gradient",
        style: `width:${part}%;margin-left:${gradient < 0 ? 50 - part : 50}%` })));
  };

  function fillTable(results) {
    const two = (words) => words.map((word) => h("th", { scope: "col" }, word));
    head.replaceChildren(
      h("tr", {}, h("th", { rowspan: 2, scope: "col" }, h("span", { class: "dl-hidden" }, "Example"),
        h("span", { "aria-hidden": "true" }, "#")),
      ...results.map(({ name, value }) => h("th", { colspan: 2, scope: "colgroup" },
        h("strong", {}, `${name} ${format(value, lossDigits())}`)))),
      h("tr", {}, ...results.flatMap(() => two(["share", "gradient"]))));
    body.replaceChildren(...truth().map((_, i) => h("tr", {}, h("th", { scope: "row" }, String(i + 1)),
      ...results.flatMap(({ shares, gradients }) => [shareCell(shares[i]),
        gradientCell(gradients[i], largest({ gradients }))]))));
    const round = (value) => `${Number(value.toPrecision(2))}`;
    foot.replaceChildren(h("tr", {}, h("td", {}), ...results.flatMap((result) => [scaleCell("0", "100%"),
      scaleCell(`−${round(largest(result))}`, "0", round(largest(result)))])));
  }

  function speak(results) {
    const words = results.map(({ name, value }) => `${name} ${format(value, lossDigits())}`).join(", ");
    if (results.every(({ value }) => value === 0)) return ui.say(`${words}. No errors at all.`);
    if (model.get("together")) {
      const sums = results.map(({ name, gradients }) => `${format(gradients.reduce((a, b) => a + b, 0), 2)} (${name})`);
      return ui.say(`${words}, all at ${format(model.get(key())[0], shownDigits())}. The gradients add up to ${sums.join(" and ")}.`);
    }
    const worst = results[0].shares.indexOf(Math.max(...results[0].shares));
    const parts = results.map(({ name, shares }) => `${format(100 * shares[worst], 0)}% of ${name}`);
    const pulls = results.map(({ gradients }) => format(gradients[worst], 3));
    return ui.say(`${words}. Example ${worst + 1} makes ${parts.join(" and ")}; its gradients are ${pulls.join(" and ")}.`);
  }

  // ---- controls ----------------------------------------------------------------------------------
  const against = select(ui.controls, { label: "MSE beside", value: model.get("against"),
    options: [{ value: "mae", text: "MAE" }, { value: "huber", text: "Huber" },
      { value: "cross-entropy", text: "Cross-entropy" }],
    onChange: (value) => {
      change({ against: value });
      if (model.get("together")) unite();
      address.save();
    } });
  against.box.classList.add("dl-losses-against");
  const delta = slider(ui.controls, { label: "δ", min: grain, max: deltaMax, step: grain,
    value: model.get("delta"), show: (value) => format(value, digits),
    onInput: (value) => change({ delta: value }), onChange: () => address.save() });
  const together = checkbox(ui.controls, { label: "One prediction for all", value: model.get("together"),
    onChange: (on) => {
      change({ together: on });
      if (on) unite();
      address.save();
    } });
  function unite() {
    const now = model.get(key());
    predict(0, now.reduce((sum, value) => sum + value, 0) / now.length);
  }

  let shownTask = null;
  function show() {
    if (shownTask !== isProbability()) {
      shownTask = isProbability();
      makePlot();
    }
    const results = ["mse", model.get("against")].map((kind) => ({ name: LOSS_NAMES[kind],
      ...judge(kind, truth(), model.get(key()), model.get("delta"), isProbability()) }));
    fillTable(results);
    speak(results);
    note.textContent = `Blue: share of the loss. Orange: gradient${isProbability()
      ? " with respect to z, the sum before the sigmoid" : ""}; the line in the middle is 0, each column has the scale under it.`;
    against.set(model.get("against"));
    delta.set(model.get("delta"));
    delta.box.hidden = model.get("against") !== "huber";
    together.set(model.get("together"));
    view.redraw();
  }
  show();
  legend(left, [{ mark: "circle", colour: "violet", text: "prediction, drag it" },
    { mark: "line", colour: "muted", text: "error, up to the truth ✕" }]);
  ui.cleanup(watch(model, ["y_pred", "probabilities", "against", "delta", "together"], show));
  ui.cleanup(() => stopPlot());
  return ui.destroy;
}

export default { render };

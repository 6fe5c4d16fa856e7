import { checkbox, legend, select, slider } from "../kit/controls.js";
import { clamp, format, h, svg } from "../kit/dom.js";
import { frame } from "../kit/frame.js";
import { shareable, watch } from "../kit/model.js";
import { handle, plot, ticks } from "../kit/plot.js";

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
      huber: () => [
        size <= delta ? error ** 2 / 2 : delta * (size - delta / 2),
        clamp(error, -delta, delta),
      ],
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

const spanOf = (values) => Math.max(...values) - Math.min(...values) || 1;

/** The two tasks: which one is shown, its examples, its axis, and how numbers are written. */
function tasksOf(model) {
  const targets = model.get("y_true");
  const values = [...targets, ...model.get("y_pred")];
  const range = axisFor(Math.min(...values), Math.max(...values));
  const grain = 10 ** Math.floor(Math.log10(spanOf(values) / 20));
  const digits = clamp(-Math.round(Math.log10(grain)), 0, 6);
  const isProbability = () => model.get("against") === "cross-entropy";
  const key = () => (isProbability() ? "probabilities" : "y_pred");
  return {
    range,
    grain,
    digits,
    isProbability,
    key,
    deltaMax: Math.max(spanOf(values) / 2, model.get("delta")),
    predicted: () => model.get(key()),
    truth: () => (isProbability() ? model.get("labels") : targets),
    limits: () => (isProbability() ? PROBABILITIES : range),
    shownDigits: () => (isProbability() ? 2 : digits),
    lossDigits: () => (isProbability() || spanOf(values) < 100 ? 2 : 0),
  };
}

/** Predictions beside the truth. */
function drawPairs({ marks, sx, sy, inner }, task, together) {
  const predicted = task.predicted();
  if (together) {
    const y = sy(predicted[0]);
    marks.append(
      svg("line", { class: "dl-losses-one", x1: inner.x, x2: inner.x + inner.width, y1: y, y2: y }),
    );
  }
  task.truth().forEach((y, i) => {
    const x = sx(i + 1);
    marks.append(
      svg("line", { class: "dl-losses-error", x1: x, x2: x, y1: sy(y), y2: sy(predicted[i]) }),
      svg("path", { class: "dl-losses-truth", d: `M${x - 7},${sy(y) - 7}l14,14m0,-14l-14,14` }),
    );
  });
}

/** The plot of the present task: it has its own examples and its own axis. Returns { redraw(), destroy() }. */
function pairsPlot(parent, { model, task, predict, save }) {
  const count = task.truth().length;
  const isProbability = task.isProbability();
  const view = plot(parent, {
    x: [0.5, count + 0.5],
    y: isProbability ? [-0.08, 1.08] : task.range,
    aspect: 1.15,
    maxWidth: 430,
    label: "Truth and prediction of each example",
    xLabel: "example",
    yLabel: isProbability ? "probability of class 1" : "value",
    draw: (it) => drawPairs(it, task, model.get("together")),
  });
  parent.prepend(view.el);
  for (let i = 0; i < count; i += 1) {
    const now = () => task.predicted()[i];
    handle(view, {
      label: `Prediction for example ${i + 1}`,
      at: () => [i + 1, now()],
      onMove: (_, y) => predict(i, y),
      onEnd: save,
      step: [0, isProbability ? 0.02 : task.grain],
      value: () => [task.limits()[0], now(), task.limits()[1]],
      text: () => {
        const truth = format(task.truth()[i], isProbability ? 0 : task.digits);
        return `${format(now(), task.shownDigits())}, truth ${truth}`;
      },
    });
  }
  return {
    redraw: view.redraw,
    destroy() {
      view.destroy();
      view.el.remove();
    },
  };
}

const largest = ({ gradients }) => Math.max(...gradients.map(Math.abs));

/** The axis under a column of bars. */
const scaleCell = (...words) =>
  h("td", {}, h("div", { class: "dl-losses-scale" }, ...words.map((word) => h("span", {}, word))));

const shareCell = (share) =>
  h(
    "td",
    {},
    `${format(100 * share, 0)}%`,
    h(
      "div",
      { class: "dl-losses-bar" },
      h("div", { class: "dl-losses-share", style: `width:${100 * share}%` }),
    ),
  );

function gradientCell(gradient, most) {
  const part = 50 * Math.abs(gradient / (most || 1));
  const style = `width:${part}%;margin-left:${gradient < 0 ? 50 - part : 50}%`;
  return h(
    "td",
    {},
    format(gradient, 3),
    h(
      "div",
      { class: "dl-losses-bar dl-losses-middle" },
      h("div", { class: "dl-losses-gradient", style }),
    ),
  );
}

/** The two losses, example by example; returns what fills the table. */
function lossTable(parent) {
  const head = h("thead", {});
  const body = h("tbody", {});
  const foot = h("tfoot", { "aria-hidden": "true" });
  parent.append(
    h(
      "table",
      { class: "dl-losses-table" },
      h("caption", { class: "dl-hidden" }, "Share of each loss and gradient, by example"),
      head,
      body,
      foot,
    ),
  );
  const column = (word) => h("th", { scope: "col" }, word);
  const number = h(
    "th",
    { rowspan: 2, scope: "col" },
    h("span", { class: "dl-hidden" }, "Example"),
    h("span", { "aria-hidden": "true" }, "#"),
  );
  const round = (value) => `${Number(value.toPrecision(2))}`;
  return (results, digits) => {
    head.replaceChildren(
      h(
        "tr",
        {},
        number,
        ...results.map(({ name, value }) =>
          h(
            "th",
            { colspan: 2, scope: "colgroup" },
            h("strong", {}, `${name} ${format(value, digits)}`),
          ),
        ),
      ),
      h("tr", {}, ...results.flatMap(() => ["share", "gradient"].map(column))),
    );
    body.replaceChildren(
      ...results[0].shares.map((_, i) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, String(i + 1)),
          ...results.flatMap((result) => [
            shareCell(result.shares[i]),
            gradientCell(result.gradients[i], largest(result)),
          ]),
        ),
      ),
    );
    foot.replaceChildren(
      h(
        "tr",
        {},
        h("td", {}),
        ...results.flatMap((result) => [
          scaleCell("0", "100%"),
          scaleCell(`−${round(largest(result))}`, "0", round(largest(result))),
        ]),
      ),
    );
  };
}

/** The live sentence. */
function sentence(results, task, together) {
  const words = results
    .map(({ name, value }) => `${name} ${format(value, task.lossDigits())}`)
    .join(", ");
  if (results.every(({ value }) => value === 0)) return `${words}. No errors at all.`;
  if (together) {
    const total = (numbers) => numbers.reduce((a, b) => a + b, 0);
    const sums = results.map(({ name, gradients }) => `${format(total(gradients), 2)} (${name})`);
    const all = format(task.predicted()[0], task.shownDigits());
    return `${words}, all at ${all}. The gradients add up to ${sums.join(" and ")}.`;
  }
  const worst = results[0].shares.indexOf(Math.max(...results[0].shares));
  const parts = results.map(({ name, shares }) => `${format(100 * shares[worst], 0)}% of ${name}`);
  const pulls = results.map(({ gradients }) => format(gradients[worst], 3));
  return `${words}. Example ${worst + 1} makes ${parts.join(" and ")}; its gradients are ${pulls.join(" and ")}.`;
}

/** The controls; returns what sets them to the model's values. */
function addControls(controls, { model, task, change, unite, save }) {
  const against = select(controls, {
    label: "MSE beside",
    value: model.get("against"),
    options: [
      { value: "mae", text: "MAE" },
      { value: "huber", text: "Huber" },
      { value: "cross-entropy", text: "Cross-entropy" },
    ],
    onChange: (value) => {
      change({ against: value });
      if (model.get("together")) unite();
      save();
    },
  });
  against.box.classList.add("dl-losses-against");
  const delta = slider(controls, {
    label: "δ",
    min: task.grain,
    max: task.deltaMax,
    step: task.grain,
    value: model.get("delta"),
    show: (value) => format(value, task.digits),
    onInput: (value) => change({ delta: value }),
    onChange: save,
  });
  const together = checkbox(controls, {
    label: "One prediction for all",
    value: model.get("together"),
    onChange: (on) => {
      change({ together: on });
      if (on) unite();
      save();
    },
  });
  return () => {
    against.set(model.get("against"));
    delta.set(model.get("delta"));
    delta.box.hidden = model.get("against") !== "huber";
    together.set(model.get("together"));
  };
}

/** What an address may hold; one cut short is forgotten. */
function addressOf(model, { range, grain, deltaMax }) {
  const address = shareable(model, "losses", {
    against: ["mae", "huber", "cross-entropy"],
    y_pred: range,
    probabilities: PROBABILITIES,
    delta: [grain, deltaMax],
    together: [],
  });
  const fits = (one, other) => model.get(one).length === model.get(other).length;
  if (!fits("y_pred", "y_true") || !fits("probabilities", "labels")) address.reset();
  return address;
}

/** Two losses side by side on a few predictions that the reader drags. */
function render({ model, el }) {
  const task = tasksOf(model);
  const address = addressOf(model, task);
  const ui = frame(
    { model, el },
    {
      label: "Losses",
      reset: () => {
        address.reset();
        show();
      },
    },
  );
  const change = (pairs) => {
    for (const [name, value] of Object.entries(pairs)) model.set(name, value);
    model.save_changes();
  };
  /** A prediction moves; with one for all, all of them. */
  const predict = (i, value) => {
    const fine = task.isProbability() ? 0.01 : task.grain;
    const next = clamp(Number((Math.round(value / fine) * fine).toFixed(8)), ...task.limits());
    change({
      [task.key()]: task
        .predicted()
        .map((old, j) => (j === i || model.get("together") ? next : old)),
    });
  };
  const unite = () => {
    const now = task.predicted();
    predict(0, now.reduce((sum, value) => sum + value, 0) / now.length);
  };
  const figure = { model, task, change, predict, unite, save: () => address.save() };
  const left = h("div", { class: "dl-losses-plot" });
  const right = h("div", { class: "dl-losses-side" });
  ui.picture.append(left, right);
  const fillTable = lossTable(right);
  const note = h("p", { class: "dl-losses-note" });
  right.append(note);
  const setControls = addControls(ui.controls, figure);

  let pairs = null;
  let shownTask = null;
  const show = () => {
    if (shownTask !== task.isProbability()) {
      shownTask = task.isProbability();
      pairs?.destroy();
      pairs = pairsPlot(left, figure);
    }
    const results = ["mse", model.get("against")].map((kind) => ({
      name: LOSS_NAMES[kind],
      ...judge(kind, task.truth(), task.predicted(), model.get("delta"), task.isProbability()),
    }));
    fillTable(results, task.lossDigits());
    ui.say(sentence(results, task, model.get("together")));
    const towards = shownTask ? " with respect to z, the sum before the sigmoid" : "";
    note.textContent =
      `Blue: share of the loss. Orange: gradient${towards}; ` +
      "the line in the middle is 0, each column has the scale under it.";
    setControls();
    pairs.redraw();
  };
  show();
  legend(left, [
    { mark: "circle", colour: "violet", text: "prediction, drag it" },
    { mark: "line", colour: "muted", text: "error, up to the truth ✕" },
  ]);
  ui.cleanup(watch(model, ["y_pred", "probabilities", "against", "delta", "together"], show));
  ui.cleanup(() => pairs.destroy());
  return ui.destroy;
}

export default { render };

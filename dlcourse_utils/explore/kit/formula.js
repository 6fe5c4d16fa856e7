// A formula as a computational graph, as formula.py has it: read, computed, differentiated backwards.
const MOST_INPUTS = 10;
export const MOST_OPERATIONS = 24;

const logistic = (a) => 1 / (1 + Math.exp(-a));
// Value, derivative with respect to each input, and the value in words.
export const RULES = {
  "+": [(a, b) => a + b, () => [1, 1], (a, b) => `${a} + ${b}`],
  "-": [(a, b) => a - b, () => [1, -1], (a, b) => `${a} − ${b}`],
  "*": [(a, b) => a * b, (a, b) => [b, a], (a, b) => `${a} · ${b}`],
  "/": [(a, b) => a / b, (a, b) => [1 / b, -a / b ** 2], (a, b) => `${a} ÷ ${b}`],
  negative: [(a) => -a, () => [-1], (a) => `−(${a})`],
  exp: [Math.exp, (a) => [Math.exp(a)]],
  log: [Math.log, (a) => [1 / a]],
  sin: [Math.sin, (a) => [Math.cos(a)]],
  cos: [Math.cos, (a) => [-Math.sin(a)]],
  tanh: [Math.tanh, (a) => [1 - Math.tanh(a) ** 2]],
  sigmoid: [logistic, (a) => [logistic(a) * (1 - logistic(a))]],
  relu: [(a) => Math.max(a, 0), (a) => [a > 0 ? 1 : 0]],
};
export const FUNCTIONS = Object.keys(RULES).filter(
  (name) => /^[a-z]/.test(name) && name !== "negative",
);

/** The graph of some nodes; throws where it cannot be drawn. */
function drawable(nodes, names) {
  const used = new Set(nodes.flatMap((node) => node.inputs));
  const unused = nodes.slice(0, -1).find((_, i) => !used.has(i));
  if (unused) throw new Error(`${unused.name ?? "A value"} is never used`);
  const operations = nodes.flatMap((node, i) => (node.operation ? [i] : []));
  if (!nodes.at(-1).operation) throw new Error("There is nothing to compute");
  if (names.length > MOST_INPUTS || operations.length > MOST_OPERATIONS) {
    throw new Error(`At most ${MOST_INPUTS} inputs and ${MOST_OPERATIONS} operations can be drawn`);
  }
  return { nodes, names, operations };
}

/**
 * The graph of a formula: { nodes, names, operations }. A node is { inputs, name?, operation?,
 * constant?, exponent? }; each comes after its inputs and the last is the output. Throws an Error
 * that says in words what cannot be read.
 */
export function readFormula(text) {
  const tokens = text.match(/(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[a-z_]\w*|\*\*|[\n;]+|[^\s]/gi) ?? [];
  const nodes = [];
  const names = [];
  const known = new Map();
  let at = 0;
  const add = (node) => nodes.push({ inputs: [], ...node }) - 1;
  const fail = () => {
    throw new Error(
      at < tokens.length
        ? `I cannot read “${tokens[at].trim() || "line end"}” here`
        : "The formula ends too early",
    );
  };
  const take = (...wanted) => (wanted.includes(tokens[at]) ? tokens[at++] : null);
  const need = (token) => take(token) ?? fail();
  const isName = (token) => /^[a-z_]/i.test(token ?? "");
  const isNumber = (token) => /^[\d.]/.test(token ?? "") && Number.isFinite(Number(token));

  const atom = () => {
    const token = tokens[at];
    if (isNumber(token)) return add({ constant: Number(tokens[at++]) });
    if (take("(")) {
      const inner = sum();
      need(")");
      return inner;
    }
    if (!isName(token)) fail();
    at += 1;
    if (FUNCTIONS.includes(token)) {
      need("(");
      const inputs = [sum()];
      need(")");
      return add({ operation: token, inputs });
    }
    if (!known.has(token)) {
      known.set(token, add({ name: token }));
      names.push(token);
    }
    return known.get(token);
  };
  const power = () => {
    const base = atom();
    if (!take("^", "**")) return base;
    const sign = take("-") ? -1 : 1;
    if (!isNumber(tokens[at])) fail();
    return add({ operation: "^", inputs: [base], exponent: sign * Number(tokens[at++]) });
  };
  const signedFactor = () =>
    take("-") ? add({ operation: "negative", inputs: [signedFactor()] }) : power();
  const chain = (part, ...signs) => {
    let left = part();
    for (let sign = take(...signs); sign; sign = take(...signs))
      left = add({ operation: sign, inputs: [left, part()] });
    return left;
  };
  const product = () => chain(signedFactor, "*", "/");
  const sum = () => chain(product, "+", "-");

  const isEnd = () => /^[\n;]/.test(tokens[at] ?? "");
  while (isEnd()) at += 1;
  for (let last = false; !last;) {
    const name = isName(tokens[at]) && tokens[at + 1] === "=" ? tokens[at] : null;
    if (name) at += 2;
    const index = sum();
    if (name) {
      if (known.has(name) || FUNCTIONS.includes(name)) throw new Error(`The name ${name} is taken`);
      if (!nodes[index].operation || nodes[index].name)
        throw new Error(`${name} must be computed by an operation`);
      nodes[index].name = name;
      known.set(name, index);
    }
    if (at < tokens.length && !isEnd()) fail();
    while (isEnd()) at += 1;
    last = at >= tokens.length;
    if (!last && !name) throw new Error("Only the last expression may go without a name");
  }
  return drawable(nodes, names);
}

/** Each node's number, and the local derivatives of each operation. */
export function compute({ nodes, names }, inputs) {
  const values = [];
  const slopes = nodes.map(({ operation, constant, exponent, name, inputs: sources }, i) => {
    const given = sources.map((source) => values[source]);
    if (!operation) values[i] = constant ?? inputs[names.indexOf(name)];
    else values[i] = operation === "^" ? given[0] ** exponent : RULES[operation][0](...given);
    if (!operation) return [];
    return operation === "^"
      ? [exponent * given[0] ** (exponent - 1)]
      : RULES[operation][1](...given);
  });
  return { values, slopes };
}

/** The gradients after the first `count` operations, from the output on, have handed theirs on. */
export function backward({ nodes, operations }, slopes, count) {
  const gradients = nodes.map(() => 0);
  gradients[nodes.length - 1] = 1;
  for (const i of operations.toReversed().slice(0, count)) {
    nodes[i].inputs.forEach((source, k) => {
      gradients[source] += gradients[i] * slopes[i][k];
    });
  }
  return gradients;
}

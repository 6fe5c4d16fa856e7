/** Floats of a binary trait (little-endian float32, as Python's `pack` writes them). */
export function floats(view) {
  const bytes =
    view instanceof DataView ? view : new DataView(view?.buffer ?? view ?? new ArrayBuffer(0));
  return Float32Array.from({ length: bytes.byteLength / 4 }, (_, i) =>
    bytes.getFloat32(4 * i, true),
  );
}

/** The other way: numbers as a binary trait. */
export function packed(numbers) {
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  numbers.forEach((number, i) => view.setFloat32(4 * i, number, true));
  return view;
}

/** Call `work` whenever one of `keys` changes, by whomever; returns the function that stops it. */
export function watch(model, keys, work) {
  for (const key of keys) model.on(`change:${key}`, work);
  return () => keys.forEach((key) => model.off(`change:${key}`, work));
}

/** A word of the address as the type of `old`; undefined when it is none. */
function parse(text, old) {
  if (Array.isArray(old)) {
    const items = text === "" ? [] : text.split(",").map((item) => parse(item, old[0] ?? 0));
    return items.includes(undefined) ? undefined : items;
  }
  if (typeof old === "boolean") return { true: true, false: false }[text];
  if (typeof old === "string") return text;
  const number = text === "" ? NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** `value` as the rule allows it, or undefined. */
function obey(value, rule) {
  if (value === undefined) return undefined;
  if (typeof rule === "function") return rule(value) ? value : undefined;
  if (Array.isArray(value)) return value.map((item) => obey(item, rule));
  if (typeof value === "number") return Math.min(rule[1], Math.max(rule[0], value));
  if (typeof value === "boolean") return value;
  return rule.includes(value) ? value : undefined;
}

/**
 * State in the page's address, `#name?w1=0.5&hidden=4,2`; on the website only.
 * `rules`: trait -> [low, high] for numbers and lists of numbers (held within), [choice, …] for
 * text, [] for yes or no, or a function that says whether a value is allowed. Reads the address at
 * once into the model (what is malformed is left out). Returns { reset(), save() }: save when the
 * reader lets go of a control; reset puts back what the author wrote.
 */
export function shareable(model, name, rules) {
  const authored = Object.fromEntries(Object.keys(rules).map((key) => [key, model.get(key)]));
  const page = model.get("_in_page");
  const address = typeof page === "string" ? page : name;
  const apply = (values) => {
    for (const [key, value] of Object.entries(values)) model.set(key, value);
    model.save_changes();
  };
  const mine = () => Boolean(page) && location.hash.startsWith(`#${address}?`);
  if (mine()) {
    const given = new URLSearchParams(location.hash.slice(address.length + 2));
    const found = Object.keys(rules)
      .filter((key) => given.has(key))
      .map((key) => [key, obey(parse(given.get(key), authored[key]), rules[key])]);
    apply(Object.fromEntries(found.filter(([, value]) => value !== undefined)));
  }
  const write = (hash) => {
    try {
      history.replaceState(history.state, "", location.pathname + location.search + hash);
    } catch {
      // Too often for this browser: the address stays behind, until the next change.
    }
  };
  return {
    reset() {
      apply(authored);
      if (mine()) write("");
    },
    save() {
      if (!page) return;
      const words = Object.keys(rules).map((key) => {
        const value = model.get(key);
        const word = typeof value === "number" ? Number(value.toFixed(4)) : value;
        return `${key}=${encodeURIComponent(word).replaceAll("%2C", ",")}`;
      });
      write(`#${address}?${words.join("&")}`);
    },
  };
}

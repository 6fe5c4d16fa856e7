// Brings the explorables of a page to life: no kernel, no network, also from a file:// address.
(() => {
  const folder = new URL("explore/", document.currentScript.src).href;
  const modules = new Map();

  function entry(name) {
    if (!modules.has(name)) {
      const record = {};
      record.ready = new Promise((resolve, reject) => Object.assign(record, { resolve, reject }));
      modules.set(name, record);
    }
    return modules.get(name);
  }

  /** Called by an explorable's script when it has arrived. */
  function define(name, module) {
    entry(name).resolve(module);
  }

  /** The module `name`; its script is fetched once a page. */
  function load(name) {
    const record = entry(name);
    if (!record.asked) {
      record.asked = true;
      const script = document.createElement("script");
      script.src = `${folder}${name}.js`;
      script.onerror = () => record.reject(new Error(`${name}.js could not be loaded`));
      document.head.append(script);
    }
    return record.ready;
  }

  function decoded(value) {
    if (value === null || typeof value !== "object" || !("$base64" in value)) return value;
    const bytes = Uint8Array.from(atob(value.$base64), (letter) => letter.charCodeAt(0));
    return new DataView(bytes.buffer);
  }

  /** The part of Jupyter's widget model that an explorable may use. */
  function modelOf(state) {
    const values = Object.fromEntries(
      Object.entries(state).map(([key, value]) => [key, decoded(value)]),
    );
    const listeners = new Map();
    const heard = (event) => listeners.get(event) ?? new Set();
    return {
      get: (key) => values[key],
      set(key, value) {
        if (values[key] === value) return;
        values[key] = value;
        Array.from(heard(`change:${key}`)).forEach((work) => work());
      },
      save_changes() {},
      on: (event, work) => listeners.set(event, heard(event).add(work)),
      off: (event, work) => heard(event).delete(work),
    };
  }

  /** The state that the page holds, or that a script of its own holds because it is large. */
  async function stateOf(figure) {
    const place = figure.querySelector("script");
    return place.dataset.state
      ? load(`states/${place.dataset.state}`)
      : JSON.parse(place.textContent);
  }

  async function wake(figure) {
    if (figure.dataset.state) return;
    figure.dataset.state = "loading";
    const host = figure.querySelector(".dl-host");
    try {
      const [{ render }, state] = await Promise.all([load(figure.dataset.module), stateOf(figure)]);
      await render({ el: host, model: modelOf({ ...state, _in_page: figure.dataset.place }) });
      figure.querySelector(".dl-still").remove();
      figure.dataset.state = "live";
    } catch (error) {
      // The stored picture and the caption stay.
      console.error(error);
      host.replaceChildren();
      figure.dataset.state = "still";
    }
  }

  /** The figure whose state the address names (#neuron?w1=…), if it names one. */
  function addressed(figures, hash = location.hash) {
    const place = hash.slice(1).split("?")[0];
    return hash.includes("?") ? figures.find((one) => one.dataset.place === place) : undefined;
  }

  function start() {
    const figures = [...document.querySelectorAll("figure.dl-explorable")];
    const near = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          near.unobserve(target);
          wake(target);
        }
      },
      { rootMargin: "800px 0px" },
    );
    figures.forEach((figure) => near.observe(figure));
    const figure = addressed(figures);
    if (figure) wake(figure).then(() => figure.scrollIntoView({ block: "center" }));
    // Figures read the address when they start; what they write there themselves is not heard here.
    // Back from a heading to a state that is still shown needs no start.
    let shown = location.hash;
    addEventListener("hashchange", ({ oldURL }) => {
      const before = new URL(oldURL).hash;
      if (addressed(figures, before)) shown = before;
      const other = location.hash !== shown && addressed(figures);
      if (!other) return;
      other.scrollIntoView({ block: "center", behavior: "instant" }); // a reload keeps the place
      location.reload();
    });
  }

  window.dlcourse = { define };
  start();
})();

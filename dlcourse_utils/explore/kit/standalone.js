function modelOf(state) {
  const values = { ...state };
  const listeners = new Map();
  const changed = new Set();
  const heard = (event) => listeners.get(event) ?? new Set();
  return {
    get: (key) => values[key],
    set(key, value) {
      if (values[key] === value) return;
      values[key] = value;
      changed.add(key);
      for (const work of heard(`change:${key}`)) work();
    },
    save_changes: () => changed.clear(),
    on: (event, work) => listeners.set(event, heard(event).add(work)),
    off: (event, work) => heard(event).delete(work),
  };
}

function unpacked(value) {
  if (value === null || typeof value !== "object" || !("$base64" in value)) return value;
  return new DataView(Uint8Array.from(atob(value.$base64), (c) => c.charCodeAt(0)).buffer);
}

/** Without a widget system (Kaggle): render every place for `name` on the page that is still empty. */
export function standalone(name, render) {
  for (const place of document.querySelectorAll(
    `.dl-standalone[data-module="${name}"]:not([data-ready])`,
  )) {
    place.dataset.ready = "";
    const state = JSON.parse(place.querySelector("script").textContent);
    const el = document.createElement("div");
    place.append(el); // beside the still picture, which stays where the figure cannot start
    try {
      render({
        el,
        model: modelOf(Object.fromEntries(Object.entries(state).map(([k, v]) => [k, unpacked(v)]))),
      });
      [...place.children].filter((child) => child !== el).forEach((child) => child.remove());
    } catch (error) {
      console.error(error);
      el.remove();
    }
  }
}

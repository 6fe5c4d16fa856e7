// Python, in a worker of its own: an endless loop here stops nothing but itself.
import { loadPyodide } from "./python/pyodide.mjs";

const HERE = new URL(".", import.meta.url).href;
const PYTHON = `${HERE}python/`;

/** Counts what is fetched, so that a reader sees megabytes come. */
function countFetches() {
  const plain = self.fetch;
  let loaded = 0;
  self.fetch = async (...request) => {
    const answer = await plain(...request);
    if (!answer.ok || !answer.body) return answer;
    const counter = new TransformStream({
      transform(piece, out) {
        loaded += piece.byteLength;
        postMessage({ kind: "loaded", bytes: loaded });
        out.enqueue(piece);
      },
    });
    const { status, statusText, headers } = answer;
    return new Response(answer.body.pipeThrough(counter), { status, statusText, headers });
  };
  return () => {
    self.fetch = plain;
  };
}

async function fetched(name) {
  const answer = await fetch(HERE + name);
  if (!answer.ok) throw new Error(`${name} could not be loaded`);
  return answer;
}

async function start() {
  const stop = countFetches();
  const facts = await (await fetched("facts.json")).json();
  const [python, archive] = await Promise.all([
    loadPyodide({
      indexURL: PYTHON,
      packageBaseUrl: PYTHON,
      lockFileContents: JSON.stringify(facts.lock),
      packages: ["numpy"],
    }),
    fetched("package.zip").then((answer) => answer.arrayBuffer()),
  ]);
  stop();
  const extractDir = `/lib/python${facts.python}/site-packages`;
  python.unpackArchive(archive, "zip", { extractDir });
  return python.pyimport("page_runner");
}

const runner = start();
runner.then(
  () => postMessage({ kind: "ready" }),
  (problem) => postMessage({ kind: "broken", words: String(problem?.message ?? problem) }),
);

addEventListener("message", async ({ data }) => {
  const { check, run } = await runner;
  try {
    const { exercise, given, code, answer } = data;
    postMessage({ kind: "running" });
    const checking = () => postMessage({ kind: "checking" });
    const found = exercise ? check(exercise, given, code, answer, checking) : run(given, code);
    postMessage({ kind: "verdict", verdict: JSON.parse(found) });
  } catch (problem) {
    // Python itself gave up: out of memory, or deeper than its stack.
    postMessage({ kind: "crashed", words: String(problem?.message ?? problem).slice(0, 300) });
  }
});

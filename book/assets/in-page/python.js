// The page's Python: started once, asked in turn, stopped when it takes too long, started again.

// Seconds. What a reader's own lines do may be long training; a check alone is short.
const TO_RUN = 120;
const TO_CHECK = 20;
const WORKER = new URL("worker.js", import.meta.url);

let worker = null;
let ready = null; // a promise: Python can be asked
let current = null; // { settle, tell, timer } of the question that is worked on
let queue = Promise.resolve();
const watchers = new Set();

/** Calls `work` with { kind, … } whenever Python's loading moves on. */
export const watch = (work) => watchers.add(work);

const announce = (news) => watchers.forEach((work) => work(news));

function limit(seconds) {
  clearTimeout(current?.timer);
  if (current) current.timer = setTimeout(() => stop("timeout"), 1000 * seconds);
}

function hear({ data }, resolve, reject) {
  if (data.kind === "ready") resolve();
  else if (data.kind === "broken") reject(new Error(data.words));
  else if (data.kind === "running") limit(TO_RUN);
  else if (data.kind === "checking") limit(TO_CHECK);
  else if (data.kind === "verdict") current?.settle(data.verdict);
  else if (data.kind === "crashed") stop("crash");
  announce(data);
}

/** Starts Python, unless it runs or is starting. */
export function start() {
  ready ??= new Promise((resolve, reject) => {
    worker = new Worker(WORKER, { type: "module" });
    worker.addEventListener("message", (message) => hear(message, resolve, reject));
    worker.addEventListener("error", (problem) => {
      problem.preventDefault();
      reject(new Error(problem.message || "the browser refused the worker"));
      stop("crash");
    });
  });
  ready.catch(forget);
  return ready;
}

function forget() {
  worker?.terminate();
  worker = null;
  ready = null;
}

/** Ends what is running, for a reason: "stopped", "timeout" or "crash". The next question starts Python anew. */
export function stop(reason = "stopped") {
  const asked = current;
  forget();
  asked?.settle({ status: reason });
}

/** Asks Python to check an exercise or to run code, after what was asked before; answers { status, html, printed }. */
export function ask(question) {
  const answer = queue.then(async () => {
    await start();
    return new Promise((resolve) => {
      const settle = (verdict) => {
        clearTimeout(current?.timer);
        current = null;
        resolve(verdict);
      };
      current = { settle };
      worker.postMessage(question);
    });
  });
  queue = answer.catch(() => {});
  return answer;
}

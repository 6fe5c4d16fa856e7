/** Call work(true) when `el` comes into view and work(false) when it leaves; returns the stopper. */
export function whenVisible(el, work) {
  const observer = new IntersectionObserver((entries) => work(entries.at(-1).isIntersecting));
  observer.observe(el);
  return () => observer.disconnect();
}

/**
 * A loop that calls work() once a frame while started and while `el` is in view.
 * Returns { start(), stop(), running, destroy() }; start only because a reader asked for it.
 */
export function visibleLoop(el, work) {
  let frameId = 0;
  let seen = true;
  const loop = { running: false };
  const turn = () => {
    frameId = 0;
    if (!loop.running || !seen) return;
    work();
    if (loop.running) frameId ||= requestAnimationFrame(turn);
  };
  const wake = () => {
    if (loop.running && seen) frameId ||= requestAnimationFrame(turn);
  };
  const forget = whenVisible(el, (visible) => {
    seen = visible;
    wake();
  });
  loop.start = () => {
    loop.running = true;
    wake();
  };
  loop.stop = () => {
    loop.running = false;
  };
  loop.destroy = () => {
    loop.stop();
    cancelAnimationFrame(frameId);
    forget();
  };
  return loop;
}

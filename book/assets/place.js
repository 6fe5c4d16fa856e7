// Where in the page the reader is, and a report of a mistake that says so.
(() => {
  /** A heading's words, without the mark that gives its address. */
  function titleOf(section) {
    const heading = section.querySelector("h1, h2, h3, h4").cloneNode(true);
    heading.querySelector(".headerlink")?.remove();
    return heading.textContent.trim().replace(/\s+/g, " ");
  }

  /** The section that is being read: the last whose heading is in the upper part of the screen. */
  function place() {
    const all = [...document.querySelectorAll("article.bd-article > section section[id]")];
    const current = all.filter((one) => one.getBoundingClientRect().top < innerHeight * 0.4).at(-1);
    return current ? { id: current.id, title: titleOf(current) } : { id: "", title: "" };
  }

  function complete(link) {
    const { id, title } = place();
    const page = link.dataset.report;
    const address = new URL(link.href);
    const question = address.searchParams.get("body").split("\n\n").at(-1);
    const where = id ? `\nSection: ${title} (#${id})` : "";
    address.searchParams.set("title", id ? `${page}: ${title}: ` : `${page}: `);
    address.searchParams.set("body", `Page: ${page}${where}\n\n${question}`);
    link.href = address.href;
  }

  for (const link of document.querySelectorAll("a[data-report]")) {
    for (const event of ["pointerdown", "focus", "click"])
      link.addEventListener(event, () => complete(link));
  }

  window.dlcoursePlace = place;
})();

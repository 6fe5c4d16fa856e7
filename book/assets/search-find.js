// Looks words up in the book's index. Loaded with the index when a search first begins; knows no page.
(() => {
  const WORD = /[\p{L}\p{N}_]+|(?![+<=>|~])\p{Sm}/gu; // a sign such as ⊙ is a word

  /** A word without case, accents and the differences of British and American spelling. */
  function fold(word) {
    return word
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replace(/z/g, "s")
      .replace(/our/g, "or")
      .replace(/ll/g, "l");
  }

  /** The words of a text, folded: [{ folded, start, end }]. */
  function words(text) {
    return [...text.matchAll(WORD)].map(({ 0: word, index }) => ({
      folded: fold(word),
      start: index,
      end: index + word.length,
    }));
  }

  // What a whole word weighs where it stands; the beginning of a word weighs half.
  const WEIGHTS = { title: 12, terms: 7, under: 2, page: 2, text: 2, code: 2 };
  // The place that says what a thing is comes before the places that use it.
  const KINDS = { term: 6, symbol: 4, section: 0 };

  /** How many letters must change to make one word the other; `most` + 1 if more than that. */
  function distance(one, other, most) {
    if (Math.abs(one.length - other.length) > most) return most + 1;
    let row = Array.from({ length: other.length + 1 }, (_, i) => i);
    for (let i = 1; i <= one.length; i += 1) {
      const next = [i];
      for (let j = 1; j <= other.length; j += 1) {
        const swap = row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
        next.push(Math.min(swap, row[j] + 1, next[j - 1] + 1));
      }
      row = next;
    }
    return row[other.length];
  }

  /** The vocabulary of an index: folded word → Map of entry number → weight. */
  function vocabularyOf({ pages, entries }) {
    const vocabulary = new Map();
    const fieldsOf = (entry) => ({
      title: entry.title,
      terms: (entry.terms ?? []).join(" "),
      under: (entry.under ?? []).join(" "),
      page: pages[entry.page][1],
      text: entry.text ?? "",
      code: entry.code ?? "",
    });
    entries.forEach((entry, number) => {
      for (const [field, text] of Object.entries(fieldsOf(entry))) {
        for (const { folded } of words(text)) {
          if (!vocabulary.has(folded)) vocabulary.set(folded, new Map());
          const weights = vocabulary.get(folded);
          weights.set(number, Math.max(weights.get(number) ?? 0, WEIGHTS[field]));
        }
      }
    });
    return vocabulary;
  }

  /** Entry number → weight, for the entries with a word that begins with this one. */
  function holdersOf(token, vocabulary) {
    const found = new Map();
    for (const [word, weights] of vocabulary) {
      if (!word.startsWith(token)) continue;
      const share = word === token ? 1 : 0.5;
      for (const [number, weight] of weights) {
        found.set(number, Math.max(found.get(number) ?? 0, weight * share));
      }
    }
    return found;
  }

  /** The word of the book that is nearest to a misspelt one, or null. */
  function nearest(token, vocabulary) {
    let best = null;
    let least = token.length < 4 ? 0 : token.length < 7 ? 1 : 2;
    for (const [word, weights] of vocabulary) {
      const away = distance(token, word, least);
      if (away > least || (best !== null && away === least && weights.size <= best.size)) continue;
      best = { word, size: weights.size };
      least = away;
    }
    return best?.word ?? null;
  }

  /** A folded word as the book spells it. */
  function spelt(results, token) {
    for (const entry of results) {
      for (const text of Object.values({ ...entry, page: "", id: "", html: "" })) {
        const whole = [text].flat().join(" ");
        const word = words(whole).find(({ folded }) => folded === token);
        if (word) return whole.slice(word.start, word.end).toLowerCase();
      }
    }
    return token;
  }

  /** A finder over an index as `book/search.py` writes it. */
  function prepare({ pages, entries }) {
    const vocabulary = vocabularyOf({ pages, entries });
    const holders = (token) => holdersOf(token, vocabulary);

    function ranked(tokens) {
      const all = tokens.map(holders);
      const phrase = tokens.join(" ");
      const results = [];
      for (const number of all[0].keys()) {
        if (!all.every((one) => one.has(number))) continue;
        const entry = entries[number];
        const title = words(entry.title)
          .map(({ folded }) => folded)
          .join(" ");
        let score = KINDS[entry.kind] + all.reduce((sum, one) => sum + one.get(number), 0);
        if (title === phrase) score += 30;
        else if (title.startsWith(phrase)) score += 6;
        results.push({ entry, number, score });
      }
      return results
        .sort((one, other) => other.score - one.score || one.number - other.number)
        .map(({ entry }) => ({
          ...entry,
          page: pages[entry.page][0],
          pageTitle: pages[entry.page][1],
        }));
    }

    /** What the book has for a query: { results, tokens, instead }; `instead` is a corrected query. */
    function find(query) {
      const asked = words(query);
      if (!asked.length) return { results: [], tokens: [], instead: "" };
      let tokens = asked.map(({ folded }) => folded);
      let results = ranked(tokens);
      let instead = "";
      if (!results.length) {
        const mended = tokens.map((token) =>
          holders(token).size ? token : (nearest(token, vocabulary) ?? token),
        );
        results = ranked(mended);
        if (results.length) {
          instead = mended
            .map((token, i) =>
              token === tokens[i]
                ? query.slice(asked[i].start, asked[i].end)
                : spelt(results, token),
            )
            .join(" ");
          tokens = mended;
        }
      }
      return { results, tokens, instead };
    }

    return find;
  }

  /** The part of a text around its first word that was looked for: [{ text, hit }]. */
  function excerpt(text, tokens, length = 150) {
    const all = words(text);
    const hits = all.filter(({ folded }) => tokens.some((token) => folded.startsWith(token)));
    const first = hits[0]?.start ?? 0;
    const from =
      first < length * 0.6 ? 0 : all.find(({ start }) => start >= first - length * 0.4).start;
    const last = all.filter(({ end }) => end <= from + length).at(-1);
    const to =
      text.length <= from + length ? text.length : Math.max(last?.end ?? 0, hits[0]?.end ?? 0);
    const parts = [];
    let done = from;
    for (const { start, end } of hits.filter((hit) => hit.start >= from && hit.end <= to)) {
      parts.push({ text: text.slice(done, start) }, { text: text.slice(start, end), hit: true });
      done = end;
    }
    parts.push({ text: text.slice(done, to) });
    if (from > 0) parts.unshift({ text: "… " });
    if (to < text.length) parts.push({ text: " …" });
    return parts.filter((part) => part.text);
  }

  window.dlcourseSearch = { prepare, excerpt };
})();

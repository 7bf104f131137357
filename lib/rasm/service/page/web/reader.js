// Asks the worker. Of questions that come while one is being answered the last one counts.

const newWorker = () => new Worker(new URL("worker.js", import.meta.url), { type: "module" });

export class Reader extends EventTarget {
  constructor() {
    super();
    this.worker = newWorker();
    this.question = 0;
    this.isBusy = false;
    this.waiting = null;
    this.wanted = null; // who waits for scores
    this.worker.onmessage = ({ data }) => this.#heard(data);
    this.worker.onerror = ({ message }) => this.#tell("broken", { broken: message });
  }

  /**
   * Have {strokes} or a {picture} read as of a {collection}, or neither: then it is only made ready.
   * What comes back is the detail of an event `answers`, `blank` or `ready`, or `broken`.
   */
  ask(asked) {
    this.wanted?.(null);
    this.wanted = null;
    this.question++;
    this.waiting = { question: this.question, ...asked };
    this.#send();
  }

  /** Scores of all labels for each of several pictures; null when something else is asked too. */
  async scores(collection, pictures) {
    if (this.waiting) return null;
    return new Promise((resolve) => {
      this.ask({ collection, pictures });
      this.wanted = resolve;
    });
  }

  #send() {
    if (this.isBusy || !this.waiting) return;
    this.worker.postMessage(this.waiting);
    this.waiting = null;
    this.isBusy = true;
  }

  #heard(data) {
    this.isBusy = false;
    this.#send();
    if (data.scores) {
      if (data.question === this.question) this.wanted?.(data.scores);
      return;
    }
    this.#tell(["answers", "blank", "broken"].find((kind) => kind in data) ?? "ready", data);
  }

  #tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

/** A worker of its own for many glyphs, while drawings are answered too. */
export class GlyphReader {
  constructor() {
    this.worker = newWorker();
  }

  /** Probabilities of all labels for each of several inks. Throws an Error where there are none. */
  ask(glyphs) {
    return new Promise((resolve, reject) => {
      this.worker.onerror = ({ message }) => reject(new Error(message));
      this.worker.onmessage = ({ data: { scores, broken } }) =>
        scores ? resolve(scores) : reject(new Error(broken));
      this.worker.postMessage({ collection: "arabic", pictures: glyphs });
    });
  }

  close() {
    this.worker.terminate();
  }
}

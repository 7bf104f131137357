// Asks the worker. Of questions that come while one is being answered the last one counts.

export class Reader extends EventTarget {
  constructor() {
    super();
    this.worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    this.question = 0;
    this.isBusy = false;
    this.waiting = null;
    this.worker.onmessage = ({ data }) => this.#heard(data);
    this.worker.onerror = ({ message }) => this.#tell("broken", { broken: message });
  }

  /**
   * Have {strokes} or a {picture} read as of a {collection}, or neither: then it is only made ready.
   * What comes back is the detail of an event `answers`, `blank` or `ready`, or `broken`.
   */
  ask(asked) {
    this.question++;
    this.waiting = { question: this.question, ...asked };
    this.#send();
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
    this.#tell(["answers", "blank", "broken"].find((kind) => kind in data) ?? "ready", data);
  }

  #tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

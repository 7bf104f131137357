// Asks the worker. Of questions that come while one is being answered the last one counts.

export class Reader extends EventTarget {
  constructor() {
    super();
    this.worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
    this.question = 0;
    this.isBusy = false;
    this.waiting = null;
    this.worker.onmessage = ({ data }) => this.#heard(data);
    this.worker.onerror = ({ message }) => this.#tell("broken", message);
  }

  /** Have strokes or a picture read; the answer comes as an event `answer` or `blank`. */
  ask(asked) {
    this.question++;
    this.waiting = { question: this.question, ...asked };
    this.#send();
  }

  /** Let no answer come to what was asked. */
  forget() {
    this.question++;
    this.waiting = null;
  }

  #send() {
    if (this.isBusy || !this.waiting) return;
    this.worker.postMessage(this.waiting);
    this.waiting = null;
    this.isBusy = true;
  }

  #heard(data) {
    if (data.ready) return this.#tell("ready");
    if (data.broken) return this.#tell("broken", data.broken);
    this.isBusy = false;
    this.#send();
    // While one draws on, an answer to a moment ago is better than none.
    if (data.question < this.question && !this.isBusy) return undefined;
    return data.blank ? this.#tell("blank", data.blank) : this.#tell("answer", data);
  }

  #tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

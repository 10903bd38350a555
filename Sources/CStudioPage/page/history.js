// What was set before, to go back to and forth again.

/** The longest time, in milliseconds, between two changes of one kind that are undone as one. */
const pause = 1000;
const most = 200;

export class History {
  constructor() { this.clear(); }

  clear() {
    this.past = [];
    this.future = [];
    this.last = { kind: null, time: 0 };
  }

  /** Keeps what was before a change. Those of one kind that follow each other closely, as a slider's, are one. */
  keep(before, kind = null) {
    const time = Date.now(), goesOn = kind !== null && kind === this.last.kind && time - this.last.time < pause;
    this.last = { kind, time };
    this.future = [];
    if (goesOn) return;
    this.past.push(before);
    if (this.past.length > most) this.past.shift();
  }

  /** What was before, or what was undone, in exchange for what is now; null where there is nothing. */
  back(now) { return this.exchange(this.past, this.future, now); }
  forth(now) { return this.exchange(this.future, this.past, now); }

  exchange(from, to, now) {
    if (from.length === 0) return null;
    to.push(now);
    this.last.kind = null;
    return from.pop();
  }
}

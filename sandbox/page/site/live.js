// How the page hears of what happens: one stream of events, opened again until it holds, from where it was left.

const FIRST_WAIT = 400;
const LONGEST_WAIT = 4000;

/** The stream of events. It never gives up; `since` says from where to go on. */
export class Live {
  /**
   * @param {{
   *   event: (event: any) => void,
   *   reset: () => void,
   *   state: (state: "open"|"lost") => void,
   * }} hear `reset`: what was missed is not there any more, everything is to be asked anew
   */
  constructor(hear) {
    this.hear = hear;
    this.since = "";
    this.source = null;
    this.wait = FIRST_WAIT;
    this.timer = 0;
    addEventListener("online", () => this.source === null && this.open(this.since));
  }

  /**
   * Hear what happened after this point, and what happens from now on.
   * @param {string} since `<epoch>-<number>`
   */
  open(since) {
    this.close();
    this.since = since;
    const source = new EventSource(`/api/events?since=${encodeURIComponent(since)}`);
    this.source = source;
    source.addEventListener("open", () => this.opened());
    source.addEventListener("message", (event) => this.take(event));
    source.addEventListener("reset", () => {
      this.close();
      this.hear.reset();
    });
    source.addEventListener("error", () => this.lost());
  }

  opened() {
    this.wait = FIRST_WAIT;
    this.hear.state("open");
  }

  take(event) {
    this.since = event.lastEventId || this.since;
    this.hear.event(JSON.parse(event.data));
  }

  /** Say that the stream is lost, and open it again after a wait that grows. */
  lost() {
    this.close();
    this.hear.state("lost");
    this.timer = setTimeout(() => this.open(this.since), this.wait);
    this.wait = Math.min(this.wait * 1.6, LONGEST_WAIT);
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }
}

// Waiting for something to become true, with a word on what was waited for.
//
//   class Server extends Waiting { … this.changed() … }
//   await server.until('the room is joined', () => server.room('west')?.joined);

export class Waiting {
  waiting = new Set();

  // Waiters look again.
  changed() {
    for (const look of [...this.waiting]) look();
  }

  // What is said beside the reason when time is over.
  hint() {
    return '';
  }

  // Waits until `test` is true, and returns what it returned. What it throws is said when time is over, or at once
  // where the error is `final`.
  async until(what, test, ms = 5000) {
    let failure;
    const ok = () => {
      try {
        failure = undefined;
        return test();
      } catch (e) {
        failure = e;
        return false;
      }
    };
    const first = ok();
    if (first) return first;
    if (failure?.final) throw failure;
    return new Promise((resolve, reject) => {
      const done = () => {
        clearInterval(poll);
        clearTimeout(timer);
        this.waiting.delete(look);
      };
      const look = () => {
        const v = ok();
        if (v || failure?.final) done();
        if (v) resolve(v);
        else if (failure?.final) reject(failure);
      };
      const poll = setInterval(look, 20);
      const timer = setTimeout(() => {
        done();
        reject(new Error(`not within ${ms} ms: ${what}${failure ? ` (${failure.message})` : ''}${this.hint()}`));
      }, ms);
      this.waiting.add(look);
    });
  }
}

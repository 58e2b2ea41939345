/**
 * Timers, in a binary heap: adding, removing and firing cost O(log n), and equal deadlines keep their order.
 *
 * @module
 */

/** Something to do at a time. A timer is in at most one heap, at most once. */
export abstract class Timer {
  /** When, in seconds of the host's clock. */
  at = 0;
  /** Breaks ties: deadlines that are equal fire in the order in which they were set. */
  order = 0;
  /** Its place in the heap, or -1 while it is in none. */
  place = -1;

  /** What happens then. */
  abstract fire(): void;
}

/** Timers, the earliest first. */
export class TimerHeap {
  readonly #heap: Timer[] = [];
  #orders = 0;

  /** How many are set. */
  get size(): number {
    return this.#heap.length;
  }

  /** The earliest timer, which stays in the heap. */
  get first(): Timer | undefined {
    return this.#heap[0];
  }

  /** Sets `timer` for `at`. */
  add(timer: Timer, at: number): void {
    timer.at = at;
    timer.order = this.#orders++;
    this.#heap.push(timer);
    this.#up(timer, this.#heap.length - 1);
  }

  /** Takes `timer` out again; one that is not in the heap is left alone. */
  remove(timer: Timer): void {
    const place = timer.place;
    if (place < 0) return;
    timer.place = -1;
    const last = this.#heap.pop()!;
    if (last === timer) return;
    if (place > 0 && before(last, this.#heap[(place - 1) >> 1]!)) this.#up(last, place);
    else this.#down(last, place);
  }

  /** Fires, in order, every timer that is due at `now` and was set before this call. */
  fire(now: number): void {
    const newest = this.#orders;
    for (;;) {
      const timer = this.#heap[0];
      if (timer === undefined || timer.at > now || timer.order >= newest) return;
      this.remove(timer);
      timer.fire();
    }
  }

  #up(timer: Timer, place: number): void {
    const heap = this.#heap;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above]!;
      if (!before(timer, parent)) break;
      heap[place] = parent;
      parent.place = place;
      place = above;
    }
    heap[place] = timer;
    timer.place = place;
  }

  #down(timer: Timer, place: number): void {
    const heap = this.#heap;
    const { length } = heap;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= length) break;
      if (below + 1 < length && before(heap[below + 1]!, heap[below]!)) below++;
      const child = heap[below]!;
      if (!before(child, timer)) break;
      heap[place] = child;
      child.place = place;
      place = below;
    }
    heap[place] = timer;
    timer.place = place;
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Hours of every day in which nothing is said, such as `23:00-07:30`; by this machine's clock, over midnight too. */
export class QuietHours {
  readonly #from: number;
  readonly #to: number;

  /** @param hours Null for none. */
  constructor(hours: string | null) {
    const [from = 0, to = 0] = hours?.match(/\d+:\d+/g)?.map(minuteOfDay) ?? [];
    this.#from = from;
    this.#to = to;
  }

  /** By what a clock on the wall shows: in the night in which clocks are set, an hour is longer or shorter. */
  include(time: Date): boolean {
    const minute = time.getHours() * 60 + time.getMinutes();
    if (this.#from <= this.#to) return minute >= this.#from && minute < this.#to;
    return minute >= this.#from || minute < this.#to;
  }
}

function minuteOfDay(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

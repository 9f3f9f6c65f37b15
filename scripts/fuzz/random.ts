/** A small seeded generator (mulberry32), so that each input can be made again from its number alone. */
export class Random {
  private state: number;

  public constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** In [0, 1). */
  public fraction(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number in [0, below). */
  public below(below: number): number {
    return Math.floor(this.fraction() * below);
  }

  public chance(of: number): boolean {
    return this.fraction() < of;
  }

  public pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

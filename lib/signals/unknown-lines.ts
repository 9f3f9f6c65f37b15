import { ownText } from './own-text';
import type { UnknownLine } from './signal';

const MOST_SAMPLES = 5;
const LONGEST_SAMPLE = 300;

/** Words that a line about a denial has in whatever format. */
const DENIAL = /\b(?:denied|unauthorized)\b|terminated due to policy|inbound_(?:http|tcp)_authz_/i;

/** Lines in no known format: all counted, a few kept to be shown, those that speak of denials first. */
export class UnknownLines {
  public count = 0;
  public suspicious = 0;
  private readonly plain: UnknownLine[] = [];
  private readonly speaking: UnknownLine[] = [];

  public add(file: string, line: number, text: string): void {
    this.count += 1;
    const isSpeaking = DENIAL.test(text.slice(0, 4096));
    if (isSpeaking) this.suspicious += 1;
    const list = isSpeaking ? this.speaking : this.plain;
    if (list.length < MOST_SAMPLES) list.push({ file, line, text: ownText(text.slice(0, LONGEST_SAMPLE)) });
  }

  public samples(): readonly UnknownLine[] {
    return [...this.speaking, ...this.plain].slice(0, MOST_SAMPLES);
  }
}

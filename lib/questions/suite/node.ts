import { editDistance } from '../../basics/edit-distance';
import { isFields, type Fields } from '../../kubernetes/fields';
import { placeIn, type SourceText } from '../../manifests/positions';
import type { Origin } from '../../kubernetes/object';
import type { Problem } from '../../basics/problem';
import { pathText, type Path } from '../../kubernetes/path';

/** Keys that explain a case to readers; ignored everywhere. */
const FREE_TEXT: ReadonlySet<string> = new Set([
  'source',
  'alsoSources',
  'basis',
  'layer',
  'kind',
  'note',
  'why',
]);

/** What a suite is read into: its text, and the problems found so far. */
export class SuiteText {
  public readonly problems: Problem[] = [];
  private readonly source: SourceText;

  public constructor(
    public readonly file: string,
    text: string,
  ) {
    this.source = { text, start: 0, end: text.length, line: 1 };
  }

  public origin(path: Path): Origin {
    return new PathOrigin(this.file, this.source, path);
  }

  public report(path: Path, message: string, remedy?: string): void {
    const { line, column } = placeIn(this.source, path) ?? { line: 1, column: 1 };
    this.problems.push({
      file: this.file,
      line,
      column,
      message,
      ...(remedy === undefined ? {} : { remedy }),
    });
  }

  /** The problems in file order. */
  public inOrder(): Problem[] {
    return [...this.problems].sort(
      (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
    );
  }
}

/** Finds its line only on demand, because that means parsing the text again with positions. */
class PathOrigin implements Origin {
  readonly #source: SourceText;
  readonly #path: Path;

  public constructor(
    public readonly file: string,
    source: SourceText,
    path: Path,
  ) {
    this.#source = source;
    this.#path = path;
  }

  public get line(): number {
    return placeIn(this.#source, this.#path)?.line ?? 1;
  }
}

/** A value in a suite with its place; a wrong value is reported there and reads as `undefined`. */
export class SuiteNode {
  public constructor(
    public readonly suite: SuiteText,
    public readonly value: unknown,
    public readonly path: Path,
  ) {}

  public get origin(): Origin {
    return this.suite.origin(this.path);
  }

  public fail(message: string, remedy?: string): undefined {
    const name = pathText(this.path.slice(1));
    this.suite.report(this.path, name === '' ? message : `${name}: ${message}`, remedy);
    return undefined;
  }

  /** A mapping with only these keys. */
  public mapping(keys: readonly string[]): SuiteMap | undefined {
    const { value } = this;
    if (!isFields(value))
      return this.fail(`${this.shown} is not a mapping`, `write a mapping with the keys ${keys.join(', ')}`);
    for (const key of Object.keys(value)) {
      if (keys.includes(key) || FREE_TEXT.has(key)) continue;
      const path = [...this.path, key];
      this.suite.report(path, `unknown key ${JSON.stringify(key)}`, suggestion(key, keys));
    }
    return new SuiteMap(this.suite, value, this.path);
  }

  public items(): SuiteNode[] | undefined {
    const { value } = this;
    if (!Array.isArray(value)) return this.fail(`${this.shown} is not a list`, 'write - ITEM, or [ITEM, …]');
    return value.map((item: unknown, index) => new SuiteNode(this.suite, item, [...this.path, index]));
  }

  public text(): string | undefined {
    if (typeof this.value === 'string' && this.value !== '') return this.value;
    const remedy =
      typeof this.value === 'string'
        ? 'write a string that is not empty'
        : 'quote it if it is meant as a string';
    return this.fail(`${this.shown} is not a string`, remedy);
  }

  /** A name chosen by the user: a number will do. */
  public label(): string | undefined {
    return typeof this.value === 'number' ? String(this.value) : this.text();
  }

  public flag(): boolean | undefined {
    if (typeof this.value === 'boolean') return this.value;
    return this.fail(`${this.shown} is neither true nor false`);
  }

  public oneOf<T extends string>(words: readonly T[]): T | undefined {
    const found = words.find((word) => word === this.value);
    if (found !== undefined) return found;
    const nearest = closest(String(this.value), words);
    return this.fail(`${this.shown} is not one of ${words.join(', ')}`, `did you mean ${nearest}?`);
  }

  /** The value as the reader wrote it, short; of a file that is no suite at all, perhaps a secret, nothing. */
  public get shown(): string {
    if (this.path.length === 0) return 'what the file holds';
    const json = JSON.stringify(this.value) ?? 'nothing';
    return json.length > 60 ? `${json.slice(0, 57)}…` : json;
  }
}

/** A mapping in a suite, read by key. */
export class SuiteMap {
  public constructor(
    private readonly suite: SuiteText,
    private readonly value: Fields,
    public readonly path: Path,
  ) {}

  public has(key: string): boolean {
    return Object.hasOwn(this.value, key);
  }

  public get(key: string): SuiteNode | undefined {
    return this.has(key) ? this.node(key) : undefined;
  }

  /** The value of a required key. */
  public need(key: string, remedy: string): SuiteNode | undefined {
    if (this.has(key)) return this.node(key);
    this.suite.report(this.path, `${this.name}${key} is missing`, remedy);
    return undefined;
  }

  public fail(message: string, remedy?: string): undefined {
    this.suite.report(this.path, `${this.name}${message}`, remedy);
    return undefined;
  }

  private get name(): string {
    const name = pathText(this.path.slice(1));
    return name === '' ? '' : `${name}: `;
  }

  private node(key: string): SuiteNode {
    return new SuiteNode(this.suite, this.value[key], [...this.path, key]);
  }
}

/** The word that was probably meant, or all allowed words. */
export function suggestion(word: string, words: readonly string[]): string {
  const nearest = closest(word, words);
  const isNear = editDistance(word.toLowerCase(), nearest.toLowerCase()) <= Math.max(2, nearest.length / 3);
  return isNear ? `did you mean ${nearest}?` : `use one of ${words.join(', ')}`;
}

/** The first of the words spelled most like this one. */
function closest(word: string, words: readonly string[]): string {
  const edits = words.map((candidate) => editDistance(word, candidate));
  return words[edits.indexOf(Math.min(...edits))] ?? '';
}

import { asList, asText, asTextMap, inWords, isFields, valueAt } from '../../kubernetes/fields';
import type { ProblemText } from '../../basics/problem';

/** Where an app keeps what `init` wrote. */
export const BASE_PATH = '.namespace-jail/init.json';

/** What `init` wrote and from what, so that a later run can tell people's edits from its own text. */
export interface InitBase {
  /** The options of that run, as one types them; a later run has them too. */
  readonly options: readonly string[];
  /** Annotations of the Namespaces as they were before the jails were applied. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The text of each file, by its path in the app's folder. */
  readonly files: ReadonlyMap<string, string>;
}

/** As a file of the app: a line for each line of text, so that a diff of it can be read. */
export function baseFile({ options, namespaces, files }: InitBase): {
  readonly path: string;
  readonly text: string;
} {
  const texts = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => [path, text.split('\n')]);
  const value = {
    about:
      'What namespace-jail init wrote here: init --update compares with it. Commit it, and leave it as it is.',
    options,
    namespaces,
    files: Object.fromEntries(texts) as object,
  };
  return { path: BASE_PATH, text: `${JSON.stringify(value, undefined, 1)}\n` };
}

const REMEDY = 'take it back from version control; without the file, --update says what to do';

/** The content of such a file, or what is wrong with it. */
export function parseBase(text: string): InitBase | ProblemText {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { message: 'this is not JSON any more', remedy: REMEDY };
  }
  const options = valueAt(value, 'options');
  const namespaces = valueAt(value, 'namespaces');
  const files = valueAt(value, 'files');
  if (!Array.isArray(options) || !isFields(namespaces) || !isFields(files)) {
    return { message: 'this lacks options, namespaces or files, which init wrote', remedy: REMEDY };
  }
  const paths = Object.keys(files);
  const outside = paths.find((path) => !isInside(path));
  if (outside !== undefined) {
    return {
      message: `files has ${inWords(outside)}, which is not a path in the app's folder`,
      remedy: REMEDY,
    };
  }
  return {
    options: options.map(String),
    namespaces: Object.fromEntries(
      Object.entries(namespaces).map(([name, annotations]) => [name, asTextMap(annotations)]),
    ),
    files: new Map(
      paths.map((path) => [
        path,
        asList(valueAt(files, path))
          .map((line) => asText(line) ?? '')
          .join('\n'),
      ]),
    ),
  };
}

/** Only what `init` itself would name: a path from elsewhere must not make it read or drop other files. */
function isInside(path: string): boolean {
  const parts = path.split('/');
  return path !== '' && !/[\\:]/.test(path) && parts.every((part) => !['', '.', '..', '.git'].includes(part));
}

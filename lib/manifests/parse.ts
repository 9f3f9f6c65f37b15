import { load, type LoadOptions, type YAMLException } from 'js-yaml';
import { aliasFault, MAX_DEPTH } from './yaml-anchors';
import { complexKeyOffset, mayHaveComplexKeys } from './complex-keys';
import { settleDuplicates } from './duplicates';
import { isFields } from '../kubernetes/fields';
import { foreignFileName, foreignFile, NOT_AN_OBJECT_REMEDY } from './foreign-files';
import { ObjectChecker } from './object-checker';
import {
  isCutOffList,
  LineTracker,
  listMembers,
  ListTracker,
  mayBeList,
  type Tracker,
} from './kubernetes-lists';
import { type SourceText } from './positions';
import { type SourceObject } from '../kubernetes/object';
import { badSeparator, linesBefore, splitDocuments, splitJsonObjects } from './split-documents';
import { complexKeyFault, CUT_OFF, syntaxFault, type SyntaxFault } from './yaml-syntax-errors';
import { KUBERNETES_SCHEMA } from './kubernetes-yaml';
import { InputError, type Problem } from '../basics/problem';
import { quote } from '../basics/words';
import { isRepeatedKey, repeatedKeys } from './repeated-keys';
import { describe } from '../kubernetes/fault';

/** The contents of manifests. */
export interface ParsedManifests {
  /** In input order; of duplicate objects only the last. */
  readonly objects: readonly SourceObject[];
  /** Worth mentioning but not a fault: a duplicate object, a generated name. */
  readonly notes: readonly Problem[];
  /** Files of folders that hold no manifest, and what they are. */
  readonly passedOver: readonly Problem[];
  /** Number of non-empty documents. */
  readonly documents: number;
}

/** The same plus the faults: several texts are read before all their faults are reported. */
export interface ParsingState {
  readonly objects: SourceObject[];
  readonly notes: Problem[];
  readonly problems: Problem[];
  readonly passedOver: Problem[];
  documents: number;
}

export function startParsing(): ParsingState {
  return { objects: [], notes: [], problems: [], passedOver: [], documents: 0 };
}

/**
 * Reads manifests from a text: YAML with one or more documents, or JSON. `file` is the name used for origins.
 *
 * Throws an {@link InputError} with every problem of the text; only empty documents are skipped.
 */
export function parseManifests(text: string, file: string): ParsedManifests {
  const reading = startParsing();
  parseInto(reading, text, file);
  return finishParsing(reading);
}

/** Settles what only the whole input shows; throws an {@link InputError} if there were any problems. */
export function finishParsing(reading: ParsingState): ParsedManifests {
  if (reading.problems.length > 0) throw new InputError(reading.problems);
  const notes = [...reading.notes];
  const objects = settleDuplicates(reading.objects, notes);
  return { objects, notes, passedOver: reading.passedOver, documents: reading.documents };
}

/** Objects passed in code, checked like those of a file; throws an {@link InputError}. */
export function fromObjects(values: readonly unknown[]): ParsedManifests {
  const reading = startParsing();
  const reader = new Reader(reading, '', '<object>');
  values.forEach((value, index) => reader.takeCopy(value, index + 1));
  reader.close();
  return finishParsing(reading);
}

/**
 * Takes objects as an API server gave them: what looks like a template in them is none. They belong to the reading from
 * then on; the line of each is its position.
 */
export function takeLive(reading: ParsingState, values: readonly unknown[], file: string): void {
  const reader = new Reader(reading, '', file, true, true);
  const before = reading.objects.length;
  values.forEach((value, index) => reader.takeOwn(value, before + index + 1));
  reader.close();
}

/**
 * @param isNamed whether somebody said that this text holds manifests; a file that was only found in a folder may be
 *   something else, and is then passed over
 */
export function parseInto(reading: ParsingState, input: string, file: string, isNamed = true): void {
  // Editors on Windows start files with a mark, and `cat` puts the marks of several files in the middle.
  const text = input.includes('\uFEFF') ? input.replace(/^\uFEFF+/gm, '') : input;
  const reader = new Reader(reading, text, file, isNamed);
  reader.stream();
  reader.close();
}

/** Reads one text, document by document: a broken one does not hide the others. */
class Reader {
  private readonly intake: ObjectChecker;
  private readonly tracker = new LineTracker();
  private readonly options = loadOptions(this.tracker);
  private readonly anchors: boolean;
  private readonly lists: boolean;
  private readonly complexKeys: boolean;

  public constructor(
    private readonly reading: ParsingState,
    private readonly text: string,
    file: string,
    isNamed = true,
    isLive = false,
  ) {
    this.intake = new ObjectChecker(reading, text, file, isNamed, isLive);
    // Asked once for the whole text: most files have none of these, so their documents are not searched for them.
    this.anchors = text.includes('&');
    this.lists = mayBeList(text);
    this.complexKeys = mayHaveComplexKeys(text);
  }

  public stream(): void {
    let line = 1;
    for (const { start, end, separator } of splitDocuments(this.text)) {
      if (separator !== start) {
        const rest = badSeparator(this.text, separator, start);
        if (rest !== undefined) this.intake.problem({ line, column: 1, ...rest });
        line += 1;
      }
      line += this.document(start, end, line);
    }
  }

  public close(): void {
    this.intake.close();
  }

  /** Takes a value that nobody else has. */
  public takeOwn(value: unknown, position: number): void {
    this.take(value, undefined, position, this.tracker);
  }

  /** Takes a value made in code; a copy, because reading changes it. */
  public takeCopy(value: unknown, position: number): void {
    let copy: unknown;
    try {
      copy = structuredClone(value);
    } catch {
      const message = `object number ${position} contains functions or other values that a manifest cannot contain`;
      this.intake.problem({
        line: position,
        message,
        remedy: 'pass what Chart.toJson() or JSON.parse returns',
      });
      return;
    }
    this.takeOwn(copy, position);
  }

  /**
   * Reads one document that starts on the given line; returns how many lines it has. `repeats` is the error of a first
   * attempt that met a key for the second time: then the last one counts, as to kubectl.
   */
  private document(start: number, end: number, line: number, repeats?: YAMLException): number {
    const text = this.text.slice(start, end);
    const isList = this.lists && mayBeList(text);
    const tracker = isList ? new ListTracker() : this.tracker.reset();
    let value: unknown;
    try {
      const options = isList ? loadOptions(tracker) : this.options;
      value = load(text, repeats === undefined ? options : { ...options, json: true });
    } catch (error) {
      if (repeats === undefined && isRepeatedKey(error)) return this.document(start, end, line, error);
      return this.broken(error, text, start, line, tracker);
    }
    if (repeats !== undefined) this.noteRepeats(text, repeats, line);
    const odd = this.complexKeys && mayHaveComplexKeys(text) ? complexKeyOffset(text, value) : undefined;
    if (odd !== undefined) {
      this.syntax(complexKeyFault(text, odd), line);
    } else if (value !== null && value !== undefined) {
      this.take(value, { text: this.text, start, end, line }, line + tracker.firstLine, tracker);
    }
    return tracker.lines;
  }

  private noteRepeats(text: string, error: YAMLException, line: number): void {
    for (const { key, place, isTop } of repeatedKeys(text, error)) {
      const message = `the key ${quote(key)} appears twice in the same mapping; the last one counts, as to kubectl`;
      const remedy = isTop
        ? 'keep one of the two; if two objects are meant, put a line with --- between them'
        : 'keep one of the two';
      this.intake.note({ line: line + place.line - 1, column: place.column, message, remedy });
    }
  }

  private broken(error: unknown, text: string, start: number, line: number, tracker: Tracker): number {
    const json = /^\s*\{/.test(text) ? splitJsonObjects(this.text, start, start + text.length) : undefined;
    if (json !== undefined) {
      let from = start;
      let at = line;
      for (const piece of json) {
        at += linesBefore(this.text, piece.start, from);
        this.document(piece.start, piece.end, at);
        from = piece.start;
      }
    } else {
      this.syntax(syntaxFault(error, text, tracker.state), line);
    }
    return linesBefore(text, text.length);
  }

  private syntax(fault: SyntaxFault, line: number): void {
    const hint = foreignFileName(this.intake.file); // tsconfig.json has comments, a chart's values may have templates
    const problem = { ...fault, ...hint, line: line + fault.line - 1 };
    if (hint !== undefined || !this.text.includes('apiVersion')) this.intake.stranger(problem);
    else this.intake.problem(problem);
  }

  private take(value: unknown, source: SourceText | undefined, line: number, tracker: Tracker): void {
    this.reading.documents += 1;
    if (!isFields(value)) {
      // Its content is not quoted: it may be any file.
      const what = typeof value === 'string' ? 'text' : describe(value);
      const message = `a document that is only ${what} is not a Kubernetes object`;
      const hint = foreignFile(value, this.intake.file);
      this.intake.stranger({ line, ...(hint ?? { message, remedy: NOT_AN_OBJECT_REMEDY }) });
      return;
    }
    if (source === undefined || (this.anchors && this.text.slice(source.start, source.end).includes('&'))) {
      const fault = aliasFault(value);
      if (fault !== undefined) {
        this.intake.problem({ line, ...fault });
        return;
      }
    }
    if (isCutOffList(value)) {
      this.intake.problem({ line, ...CUT_OFF });
      return;
    }
    if (!Object.hasOwn(value, 'items')) {
      this.intake.object(value, source, line);
      return;
    }
    const { members, faults } = listMembers(value, source, line, tracker);
    this.intake.report(faults, source, line);
    for (const member of members) this.intake.object(member.value, member.source, member.line);
  }
}

function loadOptions(tracker: Tracker): LoadOptions {
  const options: LoadOptions & { readonly maxDepth: number } = {
    schema: KUBERNETES_SCHEMA,
    listener: tracker.listener as unknown as NonNullable<LoadOptions['listener']>,
    maxDepth: MAX_DEPTH,
  };
  return options;
}

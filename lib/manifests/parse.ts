import { load, type LoadOptions } from 'js-yaml';
import { ALIAS_FAULTS, aliasFault, MAX_DEPTH } from './aliases';
import { complexKeyOffset, mayHaveComplexKeys } from './complex-keys';
import { coreTypeFaults } from './core-types';
import { settleDuplicates } from './duplicates';
import { isFields } from './fields';
import { hintByApiVersion, hintFor, NOT_AN_OBJECT_REMEDY } from './hints';
import { ListTracker, LineTracker, listMembers, mayBeList, type Tracker } from './lists';
import { originIn, placeIn, type Path, type SourceText } from './locate';
import { InputError, type KubeObject, type Problem, type SourceObject } from './object';
import { mayHavePlaceholders, placeholderFaults } from './placeholders';
import { checkShape, describe, GENERATED, type Fault } from './shape';
import { badSeparatorProblem, linesBefore, splitDocuments, splitJsonObjects } from './split';
import { complexKeyFault, syntaxFault, type SyntaxFault } from './yaml-fault';
import { KUBERNETES_SCHEMA } from './yaml-schema';

/** What manifests hold. */
export interface ParsedManifests {
  /** In the order of the input; of an object given twice only the last. */
  readonly objects: readonly SourceObject[];
  /** What deserves a word and is no fault: an object given twice, a generated name. */
  readonly notes: readonly Problem[];
  /** Documents that are not empty. */
  readonly documents: number;
}

/** The same, with the faults beside it: several texts are read before all their faults are reported. */
export interface Reading {
  readonly objects: SourceObject[];
  readonly notes: Problem[];
  readonly problems: Problem[];
  documents: number;
}

export function emptyReading(): Reading {
  return { objects: [], notes: [], problems: [], documents: 0 };
}

/**
 * Reads manifests from a text: YAML of one or many documents, or JSON. `file` is the name used for origins.
 *
 * Throws an {@link InputError} with every problem of the text; nothing is skipped but empty documents.
 */
export function parseManifests(text: string, file: string): ParsedManifests {
  const reading = emptyReading();
  parseInto(reading, text, file);
  return finish(reading);
}

/** Settles what only the whole input shows; throws an {@link InputError} if there was any problem. */
export function finish(reading: Reading): ParsedManifests {
  if (reading.problems.length > 0) throw new InputError(reading.problems);
  const notes = [...reading.notes];
  return { objects: settleDuplicates(reading.objects, notes), notes, documents: reading.documents };
}

/** Objects handed over in code, checked like those of a file; throws an {@link InputError}. */
export function fromObjects(values: readonly unknown[]): ParsedManifests {
  const reading = emptyReading();
  const parser = new Parser(reading, '', '<object>');
  values.forEach((value, index) => parser.takeCopy(value, index + 1));
  return finish(reading);
}

export function parseInto(reading: Reading, input: string, file: string): void {
  // Editors on Windows start files with a mark, and `cat` puts the marks of several files in the middle.
  const text = input.includes('\uFEFF') ? input.replace(/^\uFEFF+/gm, '') : input;
  new Parser(reading, text, file).run();
}

class Parser {
  private readonly anchors: boolean;
  private readonly templates: boolean;
  private readonly lists: boolean;
  private readonly complexKeys: boolean;

  public constructor(
    private readonly reading: Reading,
    private readonly text: string,
    private readonly file: string,
  ) {
    // Asked once for the whole text: most files have none of these, and then no document is looked at for them.
    this.anchors = text.includes('&');
    this.templates = mayHavePlaceholders(text);
    this.lists = mayBeList(text);
    this.complexKeys = mayHaveComplexKeys(text);
  }

  public run(): void {
    const { documents, badSeparators } = splitDocuments(this.text);
    for (const separator of badSeparators) {
      this.reading.problems.push(badSeparatorProblem(this.text, this.file, separator));
    }
    let line = 1;
    for (const { start, end, separator } of documents) {
      if (separator !== start) line += 1;
      line += this.document(start, end, line);
    }
  }

  /** Reads one document that starts on the given line; returns how many lines it has. */
  private document(start: number, end: number, line: number): number {
    const text = this.text.slice(start, end);
    const tracker = this.lists && mayBeList(text) ? new ListTracker() : new LineTracker();
    let value: unknown;
    try {
      value = load(text, loadOptions(tracker));
    } catch (error) {
      return this.broken(error, text, start, line, tracker);
    }
    const odd = this.complexKeys && mayHaveComplexKeys(text) ? complexKeyOffset(text) : undefined;
    if (odd !== undefined) {
      this.syntax(complexKeyFault(text, odd), line);
    } else if (value !== null && value !== undefined) {
      this.take(value, { text: this.text, start, end, line }, line + tracker.firstLine, tracker);
    }
    return tracker.lines;
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
      const { line: below, column, message, remedy } = syntaxFault(error, text, tracker.state);
      this.reading.problems.push({
        file: this.file,
        line: line + below,
        column: column + 1,
        message,
        remedy,
      });
    }
    return linesBefore(text, text.length);
  }

  private syntax({ line: below, column, message, remedy }: SyntaxFault, line: number): void {
    this.reading.problems.push({ file: this.file, line: line + below, column: column + 1, message, remedy });
  }

  /** Takes a value that was made in code; a copy, because reading tidies up. */
  public takeCopy(value: unknown, position: number): void {
    let copy: unknown;
    try {
      copy = structuredClone(value);
    } catch {
      this.reading.problems.push({
        file: this.file,
        line: position,
        message: `object number ${position} holds functions or other things that no manifest can hold`,
        remedy: 'pass what Chart.toJson() or JSON.parse returns',
      });
      return;
    }
    this.take(copy, undefined, position, new LineTracker());
  }

  private take(value: unknown, source: SourceText | undefined, line: number, tracker: Tracker): void {
    this.reading.documents += 1;
    if (!isFields(value)) {
      const hint = hintFor(value, this.file);
      const what = hint?.what ?? `a document that is only ${describe(value)} is no Kubernetes object`;
      this.reading.problems.push({
        file: this.file,
        line,
        message: what,
        remedy: hint?.remedy ?? NOT_AN_OBJECT_REMEDY,
      });
      return;
    }
    if (source === undefined || (this.anchors && this.text.slice(source.start, source.end).includes('&'))) {
      const fault = aliasFault(value);
      if (fault !== undefined) {
        this.reading.problems.push({ file: this.file, line, ...ALIAS_FAULTS[fault] });
        return;
      }
    }
    if (!Object.hasOwn(value, 'items')) {
      this.object(value, source, line);
      return;
    }
    for (const member of listMembers(value, source, line, tracker)) {
      if ('fault' in member) this.report([member.fault], source, line);
      else this.object(member.value, member.source, member.line);
    }
  }

  private object(value: Record<string, unknown>, source: SourceText | undefined, line: number): void {
    const stranger = this.stranger(value);
    if (stranger !== undefined) {
      this.reading.problems.push({ file: this.file, line, message: stranger.what, remedy: stranger.remedy });
      return;
    }
    const faults = this.isTemplated(source) ? placeholderFaults(value) : [];
    if (faults.length === 0) faults.push(...checkShape(value));
    if (faults.length > 0) {
      this.report(faults, source, line);
      return;
    }
    const object = value as KubeObject;
    const mistyped = coreTypeFaults(object, object.apiVersion, object.kind);
    if (mistyped.length > 0) {
      this.report(mistyped, source, line);
      return;
    }
    if (object.metadata.name.endsWith(GENERATED)) this.noteGenerated(object, line);
    this.reading.objects.push({ object, origin: originIn(this.file, line, source) });
  }

  private isTemplated(source: SourceText | undefined): boolean {
    if (source === undefined || !this.templates) return source === undefined;
    return mayHavePlaceholders(this.text.slice(source.start, source.end));
  }

  /** Whether this is some other tool's file, or nothing that says what it is. */
  private stranger(value: Record<string, unknown>): { what: string; remedy: string } | undefined {
    const known = hintByApiVersion(value.apiVersion);
    if (known !== undefined) return known;
    const metadata = Object.hasOwn(value, 'metadata') ? value.metadata : undefined;
    if (value.kind !== undefined && value.apiVersion !== undefined && isFields(metadata)) return undefined;
    const hint = hintFor(value, this.file);
    if (hint !== undefined) return hint;
    if (!Object.hasOwn(value, 'kind') && !Object.hasOwn(value, 'apiVersion')) {
      const keys = Object.keys(value).slice(0, 5).join(', ');
      const what = `a document without apiVersion and kind is no Kubernetes object (its keys: ${keys || 'none'})`;
      return { what, remedy: NOT_AN_OBJECT_REMEDY };
    }
    return undefined;
  }

  private noteGenerated(object: KubeObject, line: number): void {
    const message = `${object.kind} has only generateName; it is called ${object.metadata.name} here`;
    this.reading.notes.push({ file: this.file, line, message });
  }

  private report(faults: readonly Fault[], source: SourceText | undefined, line: number): void {
    for (const { path, message, remedy } of faults) {
      this.reading.problems.push({ file: this.file, ...this.place(source, path, line), message, remedy });
    }
  }

  private place(source: SourceText | undefined, path: Path, line: number): { line: number; column?: number } {
    return (source === undefined ? undefined : placeIn(source, path)) ?? { line };
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

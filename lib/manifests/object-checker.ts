import { coreTypeFaults } from '../kubernetes/field-types';
import { isFields } from '../kubernetes/fields';
import { foreignApiVersion, foreignFile, MERGE_PATCH, NOT_AN_OBJECT_REMEDY } from './foreign-files';
import { originIn, placeIn, type SourceText } from './positions';
import type { KubeObject, SourceObject } from '../kubernetes/object';
import { mayHaveTemplates, templateFaults } from './unrendered-templates';
import { normalizeObject, GENERATED_NAME_SUFFIX } from './normalize-object';
import type { Problem, ProblemText } from '../basics/problem';
import type { Fault } from '../kubernetes/fault';

/** Nobody needs more problems of one file than this; the rest is only counted. */
const MOST_PROBLEMS = 1000;

/** Receives the objects, notes and problems of one file. */
export interface ParseResult {
  readonly objects: SourceObject[];
  readonly notes: Problem[];
  readonly problems: Problem[];
  /** Files that hold no manifest, though they may lie among manifests. */
  readonly passedOver: Problem[];
}

/** Checks each value of one file and takes it as an object, or says why it is not one. */
export class ObjectChecker {
  private readonly templates: boolean;
  private readonly problems: Omit<Problem, 'file'>[] = [];
  /** Documents that are something else than manifests. */
  private readonly strangers: Omit<Problem, 'file'>[] = [];
  private readonly firstObject: number;
  private unsaid = 0;

  public constructor(
    private readonly sink: ParseResult,
    private readonly text: string,
    public readonly file: string,
    private readonly isNamed: boolean,
    /** Whether an API server gave the objects: what looks like a template in them is none. */
    private readonly isLive = false,
  ) {
    this.firstObject = sink.objects.length;
    this.templates = mayHaveTemplates(text);
  }

  public object(value: Record<string, unknown>, source: SourceText | undefined, line: number): void {
    const stranger = this.strangerIn(value);
    if (stranger !== undefined) {
      this.stranger({ line, ...stranger });
      return;
    }
    const faults = this.faults(value, source);
    if (faults.length > 0) {
      this.report(faults, source, line);
      return;
    }
    const object = value as KubeObject;
    if (object.metadata.name.endsWith(GENERATED_NAME_SUFFIX)) {
      const message = `${object.kind} has only generateName; here it is called ${object.metadata.name}`;
      this.note({ line, message });
    }
    this.sink.objects.push({ object, origin: originIn(this.file, line, source) });
  }

  public report(faults: readonly Fault[], source: SourceText | undefined, line: number): void {
    for (const { path, message, remedy } of faults) {
      const isSaid = this.problems.length < MOST_PROBLEMS; // finding a place is slow
      const place = isSaid && source !== undefined ? placeIn(source, path) : undefined;
      this.problem({ ...(place ?? { line }), message, remedy });
    }
  }

  public note(note: Omit<Problem, 'file'>): void {
    this.sink.notes.push({ file: this.file, ...note });
  }

  /** A document that is no manifest at all; whether that is a problem depends on the rest of the file. */
  public stranger(problem: Omit<Problem, 'file'>): void {
    this.strangers.push(problem);
  }

  public problem(problem: Omit<Problem, 'file'>): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(problem);
    else this.unsaid += 1;
  }

  /** Hands over the problems, in line order. */
  public close(): void {
    const [first] = this.strangers;
    const isForeign = this.problems.length === 0 && this.sink.objects.length === this.firstObject;
    if (first !== undefined && isForeign && !this.isNamed) {
      this.sink.passedOver.push({ file: this.file, ...first });
      return;
    }
    for (const problem of this.strangers) this.problem(problem);
    this.problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
    for (const problem of this.problems) this.sink.problems.push({ file: this.file, ...problem });
    if (this.unsaid === 0) return;
    const message = `${this.unsaid.toLocaleString('en')} more problems are not listed`;
    this.sink.problems.push({ file: this.file, message, remedy: 'fix the ones above first' });
  }

  /** Only faults of the first kind found: a value with a template in it is not judged by its type. */
  private faults(value: Record<string, unknown>, source: SourceText | undefined): readonly Fault[] {
    const open = this.isTemplated(source) ? templateFaults(value) : [];
    if (open.length > 0) return open;
    const misshapen = normalizeObject(value);
    if (misshapen.length > 0) return misshapen;
    const { apiVersion, kind } = value as KubeObject;
    return coreTypeFaults(value, apiVersion, kind);
  }

  private isTemplated(source: SourceText | undefined): boolean {
    if (this.isLive) return false;
    if (source === undefined || !this.templates) return source === undefined;
    return mayHaveTemplates(this.text.slice(source.start, source.end));
  }

  /** Whether this is another tool's file, or does not say what it is. */
  private strangerIn(value: Record<string, unknown>): ProblemText | undefined {
    const known = foreignApiVersion(value.apiVersion);
    if (known !== undefined) return known;
    if (Object.hasOwn(value, '$patch')) return MERGE_PATCH;
    const metadata = Object.hasOwn(value, 'metadata') ? value.metadata : undefined;
    if (value.kind !== undefined && value.apiVersion !== undefined && isFields(metadata)) return undefined;
    const hint = foreignFile(value, this.file);
    if (hint !== undefined) return hint;
    if (Object.hasOwn(value, 'kind') || Object.hasOwn(value, 'apiVersion')) return undefined;
    const message = 'a document without apiVersion and kind is not a Kubernetes object';
    return { message, remedy: NOT_AN_OBJECT_REMEDY };
  }
}

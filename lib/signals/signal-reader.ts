import { isFields, type Fields } from '../kubernetes/fields';
import { accessJson, apacheLine, isAccessJson, type AccessLine } from './access-log';
import { carriedLines } from './carried-json';
import { isProxyJson, jsonEvent, jsonFailure } from './json-log';
import { isSternNotice, placeOfFile, withoutColours, withoutPrefix } from './line-prefix';
import { isAuthorizationCounter, seenByMetric } from './metric';
import { commentOn, sampleOn } from './metrics-text';
import { isOutbound, LEVEL_START, PLAIN_START } from './plain-log';
import { prometheusSeries } from './prometheus-json';
import { PlainReader } from './plain-reader';
import { seenIn } from './proxy-event';
import { SignalRecord } from './signal-record';
import type { Reading, SignalPlace } from './signal';
import { cutLine, KnownPlaces, mayBeDecision, type CutLine } from './repeated-lines';
import { UnknownLines } from './unknown-lines';
import { vizHeader, vizRow, vizRows, type VizColumns, type VizRow } from './viz-table';

/** JSON that is spread over lines is held until it ends; more than this is not taken for one document. */
const MOST_DOCUMENT = 16 * 1024 * 1024;

const CARRIAGE_RETURN = 13;

type LineFormat =
  'proxy-log' | 'proxy-log-json' | 'metrics' | 'prometheus-json' | 'viz-authz' | 'access-log' | 'blank';

/**
 * Reads what proxies leave behind, line by line: logs, metrics, tables and access logs, mixed and in any amount. What it
 * holds does not grow with the number of lines. Pure: whoever has the lines hands them in.
 */
export class SignalReader {
  private readonly record = new SignalRecord();
  private readonly unknown = new UnknownLines();
  private readonly plainLog = new PlainReader(this.record);
  private readonly places = new KnownPlaces();
  private readonly formats = new Map<string, number>();
  /** Lines of the plain log that were read the short way. */
  private usual = 0;
  private lines = 0;
  private beside = 0;
  private file = '';
  private lineInFile = 0;
  /** Whose signals these are, if they do not say so themselves. */
  private home: SignalPlace = {};
  private header: SignalPlace | undefined;
  private table: VizColumns | undefined;
  private document: { text: string[]; size: number; start: number } | undefined;

  /** Lines from here on are of another file. */
  public open(file: string, namespace?: string): void {
    this.close();
    this.file = file;
    this.lineInFile = 0;
    this.home = { ...(namespace === undefined ? {} : { namespace }), ...placeOfFile(file) };
    this.header = undefined;
    this.table = undefined;
  }

  /** The file has ended. */
  public close(): void {
    const { document } = this;
    this.document = undefined;
    if (document !== undefined) this.misunderstood(document.text, document.start);
    this.record.pending.clear();
    this.plainLog.clear();
    this.places.clear();
  }

  public line(text: string): void {
    this.lines += 1;
    this.lineInFile += 1;
    const line = text.charCodeAt(text.length - 1) === CARRIAGE_RETURN ? text.slice(0, -1) : text;
    if (this.document !== undefined) this.continued(line);
    else if (!this.readUsual(line)) this.read(line);
  }

  /** A line that is too long to be held. */
  public tooLong(start: string): void {
    this.lines += 1;
    this.lineInFile += 1;
    this.unknown.add(this.file, this.lineInFile, start);
  }

  public reading(): Reading {
    this.close();
    if (this.usual > 0) this.formats.set('proxy-log', (this.formats.get('proxy-log') ?? 0) + this.usual);
    this.usual = 0;
    const groups = this.record.groups.list().filter(({ count, rate }) => count > 0 || rate !== undefined);
    return {
      lines: this.lines,
      formats: Object.fromEntries([...this.formats].sort(([a], [b]) => (a < b ? -1 : 1))),
      beside: this.beside,
      notUnderstood: this.unknown.count,
      samples: this.unknown.samples(),
      suspicious: this.unknown.suspicious,
      untold: this.record.groups.untold,
      groups: groups.map((group) => group.closed()),
    };
  }

  private read(line: string): void {
    if (line === '{' || line === '[') {
      this.document = { text: [line], size: 1, start: this.lineInFile };
      return;
    }
    const format = this.formatOf(line, this.header ?? this.home, undefined);
    if (format === undefined) this.unknown.add(this.file, this.lineInFile, line);
    else this.count(format);
  }

  /** The short way for the usual line of a plain log, which is most of what there is; false for anything else. */
  private readUsual(line: string): boolean {
    const cut = cutLine(line);
    if (cut === undefined) return false;
    const { prefix, time, body } = cut;
    this.usual += 1;
    if (isOutbound(body)) {
      this.beside += 1;
      return true;
    }
    if (this.plainLog.readRepeated(cut, this.placeOf)) return true;
    if (!mayBeDecision(body)) {
      this.beside += 1;
      return true;
    }
    const format = this.plain(body, this.placeOf(prefix), time, cut);
    if (format !== undefined) return true;
    this.usual -= 1;
    this.unknown.add(this.file, this.lineInFile, line);
    return true;
  }

  private readonly placeOf = (prefix: string): SignalPlace => {
    const home = this.header ?? this.home;
    return prefix === '' ? home : this.places.of(prefix, () => withoutPrefix(prefix, home).place);
  };

  private count(format: LineFormat): void {
    if (format === 'blank') this.beside += 1;
    else this.formats.set(format, (this.formats.get(format) ?? 0) + 1);
  }

  /** JSON as programs print it for people, which ends with the bracket that it began with. */
  private continued(line: string): void {
    const document = this.document;
    if (document === undefined) return;
    document.text.push(line);
    document.size += line.length;
    const isEnd = line === (document.text[0] === '{' ? '}' : ']');
    if (!isEnd && document.size <= MOST_DOCUMENT) return;
    this.document = undefined;
    const value = isEnd ? parsed(document.text.join('\n')) : undefined;
    const format = value === undefined ? undefined : this.json(value, this.home, undefined);
    if (format === undefined) this.misunderstood(document.text, document.start);
    else this.count(format);
  }

  /** The lines may be something else than the document that they seemed to be; the first one is not. */
  private misunderstood([first = '', ...others]: readonly string[], start: number): void {
    this.unknown.add(this.file, start, first);
    others.forEach((line, index) => {
      const format = this.formatOf(line, this.home, undefined);
      if (format === undefined) this.unknown.add(this.file, start + 1 + index, line);
      else this.count(format);
    });
  }

  private formatOf(line: string, home: SignalPlace, carried: string | undefined): LineFormat | undefined {
    const clean = withoutColours(line);
    if (clean.trim() === '') return 'blank';
    const first = clean[0] ?? '';
    const { place, body, time = carried } = withoutPrefix(clean, home);
    const level = PLAIN_START.exec(body)?.[0] ?? LEVEL_START.exec(body)?.[0];
    if (level !== undefined) return this.plain(body.slice(level.length), place, time);
    if (body.startsWith('{') || body.startsWith('[')) {
      const value = parsed(body);
      return value === undefined ? undefined : this.json(value, place, time);
    }
    return this.others(clean, body, place, first);
  }

  private others(line: string, body: string, place: SignalPlace, first: string): LineFormat | undefined {
    const access = apacheLine(body, place);
    if (access !== undefined) return this.access(access);
    if (first === '#') {
      const comment = commentOn(line);
      if (comment === undefined) return undefined;
      if (comment.pod !== undefined) this.header = { ...this.home, pod: comment.pod };
      // Metrics that could not be had are missing from every answer.
      return comment.isError === true ? undefined : this.passed('metrics');
    }
    const columns = vizHeader(line);
    if (columns !== undefined) {
      this.table = columns;
      return this.passed('viz-authz');
    }
    const row = this.table === undefined ? undefined : vizRow(line, this.table, place);
    if (row !== undefined) return this.viz([row]);
    this.table = undefined;
    const sample = sampleOn(line);
    if (sample === undefined) return isSternNotice(line) ? this.passed('proxy-log') : undefined;
    if (!isAuthorizationCounter(sample.name)) return this.passed('metrics');
    const seen = seenByMetric(sample.name, sample.labels, this.header ?? this.home);
    if (seen === undefined || !Number.isFinite(sample.value)) return undefined;
    const at = sample.time === undefined ? undefined : new Date(sample.time).toISOString();
    this.record.metric(seen, sample.value, { ...(at === undefined ? {} : { last: at }) });
    return 'metrics';
  }

  private passed(format: LineFormat): LineFormat {
    this.beside += 1;
    return format;
  }

  private plain(
    body: string,
    place: SignalPlace,
    time: string | undefined,
    cut?: CutLine,
  ): LineFormat | undefined {
    const outcome = this.plainLog.read(body, place, time, cut);
    return outcome === 'beside' ? this.passed('proxy-log') : outcome && 'proxy-log';
  }

  private json(value: unknown, place: SignalPlace, time: string | undefined): LineFormat | undefined {
    if (Array.isArray(value)) {
      const rows = vizRows(value, place);
      if (rows !== undefined) return this.viz(rows);
      // An export is a list of lines, each with its labels.
      const formats = value.map((one) => (isFields(one) ? this.json(one, place, time) : undefined));
      return value.length > 0 && formats.every((format) => format !== undefined) ? formats[0] : undefined;
    }
    return isFields(value) ? this.object(value, place, time) : undefined;
  }

  private object(object: Fields, place: SignalPlace, carried: string | undefined): LineFormat | undefined {
    if (isProxyJson(object)) {
      const time = carried ?? (typeof object.timestamp === 'string' ? object.timestamp : undefined);
      const event = jsonEvent(object);
      const seen = seenIn(event, place);
      if (seen !== undefined) this.record.decision(seen, time);
      else {
        if (/^(?:Request|Connection) (?:denied|allowed|terminated)/.test(event.message)) return undefined;
        const failure = jsonFailure(object);
        if (failure === undefined) return this.passed('proxy-log-json');
        this.record.failure(failure, place, time);
      }
      return 'proxy-log-json';
    }
    if (isAccessJson(object)) return this.access(accessJson(object, place));
    const series = prometheusSeries(object);
    if (series !== undefined) {
      for (const { name, labels, count, first, last } of series) {
        const seen = seenByMetric(name, labels, place);
        if (seen === undefined) {
          this.beside += 1;
          continue;
        }
        const moment = (seconds: number): string => new Date(seconds * 1000).toISOString();
        this.record.metric(seen, Math.ceil(count), {
          isUnnamed: name === undefined,
          ...(first === undefined ? {} : { first: moment(first) }),
          ...(last === undefined ? {} : { last: moment(last) }),
        });
      }
      return 'prometheus-json';
    }
    return this.carried(object, place);
  }

  /** A line in an envelope; the envelope is of the line's format. */
  private carried(object: Fields, place: SignalPlace): LineFormat | undefined {
    const lines = carriedLines(object, place);
    if (lines === undefined) return undefined;
    let all: LineFormat | undefined = 'blank';
    for (const { text, place: own, time } of lines) {
      const format = this.formatOf(text, own, time);
      if (lines.length === 1) return format;
      if (format === undefined) this.unknown.add(this.file, this.lineInFile, text);
      else all = format;
    }
    return all;
  }

  private access({ seen, request, time }: AccessLine): LineFormat {
    if (seen === undefined) return this.passed('access-log');
    this.record.request(seen, request, time);
    return 'access-log';
  }

  private viz(rows: readonly VizRow[]): LineFormat {
    for (const { seen, rate } of rows) {
      if (seen === undefined) this.beside += 1;
      else this.record.rate(seen, rate);
    }
    return 'viz-authz';
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

import { asFields, asList, asText, asTextMap, isFields, valueAt, type Fields } from '../kubernetes/fields';
import { placeOfLabels } from './line-prefix';
import type { SignalPlace } from './signal';

/** A line that came within JSON: stern, logcli, Loki's API, container runtimes and shippers of logs. */
export interface CarriedLine {
  readonly text: string;
  readonly place: SignalPlace;
  readonly time?: string;
}

/** The lines within an object; `undefined` if it carries none. */
export function carriedLines(object: Fields, home: SignalPlace): readonly CarriedLine[] | undefined {
  const streams = lokiStreams(object);
  if (streams !== undefined) {
    return streams.flatMap((stream) => {
      const place = placeOfLabels(asTextMap(valueAt(stream, 'stream')), home);
      return asList(valueAt(stream, 'values')).flatMap((entry): readonly CarriedLine[] => {
        const [nanoseconds, text] = asList(entry);
        return typeof text === 'string' ? [line(text, place, nanosecondTime(nanoseconds))] : [];
      });
    });
  }
  for (const key of ['line', 'log', 'message', 'msg'] as const) {
    const value = object[key];
    // stern -o extjson puts a line of JSON in as it is.
    const text = isFields(value) ? JSON.stringify(value) : asText(value);
    if (text === undefined) continue;
    const time = asText(object.timestamp) ?? asText(object.time) ?? asText(object['@timestamp']);
    return [line(text.replace(/\r?\n$/, ''), placeOfCarrier(object, home), time)];
  }
  return undefined;
}

/** Loki answers with streams; so does its API for tailing. */
function lokiStreams(object: Fields): readonly unknown[] | undefined {
  if (valueAt(object, 'data', 'resultType') === 'streams') return asList(valueAt(object, 'data', 'result'));
  return Array.isArray(object.streams) ? asList(object.streams) : undefined;
}

function placeOfCarrier(object: Fields, home: SignalPlace): SignalPlace {
  const within = [object.kubernetes, object.labels, object.stream, object].map(asFields);
  return within.reduce<SignalPlace>((place, labels) => {
    const found = placeOfLabels(textsOf(labels), {});
    return { ...place, ...found };
  }, home);
}

function textsOf(fields: Fields): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}

function line(text: string, place: SignalPlace, time: string | undefined): CarriedLine {
  return { text, place, ...(time === undefined || time === '' ? {} : { time }) };
}

function nanosecondTime(value: unknown): string | undefined {
  const digits = typeof value === 'string' && /^\d{16,20}$/.test(value) ? value.slice(0, -6) : undefined;
  const moment = new Date(Number(digits));
  return digits === undefined || Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

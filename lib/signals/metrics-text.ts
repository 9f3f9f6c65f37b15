import { labelsOf } from './line-prefix';

/** A sample of Prometheus' text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly time?: number;
}

const SAMPLE =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+([+-]?(?:\d[\d.eE+-]*|Inf|NaN|nan|inf))(?:\s+(-?\d+))?\s*$/;

/** The sample on a line; `undefined` if it is none. */
export function sampleOn(line: string): Sample | undefined {
  const match = SAMPLE.exec(line);
  if (match === null) return undefined;
  const [, name = '', inner = '', value = '', time] = match;
  const labels = labelsOf(inner);
  if (labels === undefined) return undefined;
  return {
    name,
    labels,
    value: /inf/i.test(value) ? Infinity : Number(value),
    ...(time === undefined ? {} : { time: Number(time) }),
  };
}

/** What comments of metrics say: nothing, or whose metrics follow (`linkerd diagnostics proxy-metrics`). */
export function commentOn(line: string): { readonly pod?: string; readonly isError?: boolean } | undefined {
  if (!line.startsWith('#')) return undefined;
  const pod = /^# POD (\S+) \(\d+ of \d+\)/.exec(line)?.[1];
  if (pod !== undefined) return { pod };
  if (/^# ERROR/.test(line)) return { isError: true };
  return /^#(?:$| (?:HELP|TYPE|UNIT|EOF|CONTAINER)\b)/.test(line) ? {} : undefined;
}

import { asFields, asList, asText, isFields, valueAt, type Fields } from '../kubernetes/fields';

/** A series of a query's result. */
export interface Series {
  readonly name: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly count: number;
  readonly first?: number;
  readonly last?: number;
}

/** The series of an answer of Prometheus' API; `undefined` if the object is no such answer. */
export function prometheusSeries(object: Fields): readonly Series[] | undefined {
  const data = isFields(object.data) ? object.data : object;
  const { resultType, result } = data;
  if (resultType !== 'vector' && resultType !== 'matrix') return undefined;
  return asList(result).flatMap((entry): readonly Series[] => {
    const labels = Object.fromEntries(
      Object.entries(asFields(valueAt(entry, 'metric'))).flatMap(([key, value]) => {
        const text = asText(value);
        return text === undefined ? [] : [[key, text] as const];
      }),
    );
    const { __name__: name, ...others } = labels;
    const points = pointsOf(entry);
    return [{ name, labels: others, ...(name === undefined ? highest(points) : increase(points)) }];
  });
}

type Point = readonly [seconds: number, value: number];

function pointsOf(entry: unknown): readonly Point[] {
  const one = valueAt(entry, 'value');
  const all = one === undefined ? asList(valueAt(entry, 'values')) : [one];
  return all.flatMap((point): readonly Point[] => {
    const [time, value] = asList(point);
    const number = Number(value);
    return Number.isFinite(number) && typeof time === 'number' ? [[time, number]] : [];
  });
}

type Counted = Omit<Series, 'name' | 'labels'>;

/** A counter over time: what it grew by, past its restarts. One point alone is all that was ever counted. */
function increase(points: readonly Point[]): Counted {
  const [start, ...others] = points;
  if (start === undefined) return { count: 0 };
  if (others.length === 0) return { count: start[1], last: start[0] };
  let [count, before] = [0, start[1]];
  const grown: number[] = [];
  for (const [time, value] of others) {
    const more = value < before ? value : value - before;
    if (more > 0) grown.push(time);
    count += more;
    before = value;
  }
  return { count, ...span(grown) };
}

/** Increases over sliding windows overlap: the highest is the least that there was. */
function highest(points: readonly Point[]): Counted {
  const some = points.filter(([, value]) => value > 0);
  const count = Math.max(0, ...some.map(([, value]) => value));
  return { count, ...(points.length > 1 ? span(some.map(([time]) => time)) : {}) };
}

function span(times: readonly number[]): Pick<Series, 'first' | 'last'> {
  const [first, last] = [times[0], times.at(-1)];
  return { ...(first === undefined ? {} : { first }), ...(last === undefined ? {} : { last }) };
}

import type { RouteMatch } from '../cluster/route';
import { compareText, memoized, groupBy } from '../basics/collections';
import { HEADER_CHARS, QUERY_CHARS, readPattern, sampleTexts, textsBut } from '../sets/text-space';
import type { HttpRequest } from './request';
import { conditionsOf, type MatchCondition } from './route-match';

/** What requests have in common that differ in headers and parameters only. */
export interface RequestCell {
  readonly host: string | undefined;
  readonly path: string;
  readonly method: string;
}

/** Headers and parameters of a request, no more of them than are asked for. */
class ConditionValues {
  public constructor(
    private readonly values: readonly { readonly condition: MatchCondition; readonly value: string }[],
  ) {}

  public meets({ of, name, match }: MatchCondition): boolean {
    return this.values.some(
      ({ condition, value }) => condition.of === of && condition.name === name && match.matches(value),
    );
  }

  public request({ host, path, method }: RequestCell): HttpRequest {
    const of = (kind: MatchCondition['of']): [string, string][] => {
      const own = this.values.filter(({ condition }) => condition.of === kind);
      const pairs = new Map(
        own.map(({ condition, value }) => [
          JSON.stringify([condition.name, value]),
          [condition.name, value] as [string, string],
        ]),
      );
      return [...pairs.values()].sort(([a, b], [c, d]) => compareText(a, c) || compareText(b, d));
    };
    const headers: Record<string, string | readonly string[]> = host === undefined ? {} : { host };
    for (const [name, all] of groupBy(of('header'), ([key]) => key)) {
      const values = all.map(([, value]) => value);
      headers[name] = values.length === 1 ? (values[0] ?? '') : values;
    }
    const query = new URLSearchParams(of('query')).toString();
    return {
      method,
      path: query === '' ? path : `${path}?${query}`,
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
    };
  }
}

/** More ways than this to choose values, and some are not tried. */
const MOST_WAYS = 1000;

interface KnownValues {
  readonly texts: readonly string[];
  readonly complete: boolean;
}

/** Values that meet conditions and, beyond those, as few others as can be. */
export class Choices {
  private readonly byName: ReadonlyMap<string, readonly MatchCondition[]>;
  private readonly known = new Map<string, KnownValues>();

  public constructor(matches: readonly RouteMatch[]) {
    this.byName = groupBy(matches.flatMap(conditionsOf), nameOf);
  }

  /**
   * The ways to meet all of these. A request that has more headers only meets more, so that these few ways are enough.
   * `complete` unless there may be others.
   */
  public of(conditions: readonly MatchCondition[]): {
    readonly all: readonly ConditionValues[];
    readonly complete: boolean;
  } {
    let complete = true;
    let ways: readonly (readonly { condition: MatchCondition; value: string }[])[] = [[]];
    const distinct = new Map(
      conditions.map((one) => [`${nameOf(one)} ${one.match.regex} ${one.match.value}`, one]),
    );
    for (const condition of distinct.values()) {
      const { texts, complete: isAll } = this.valuesFor(condition);
      complete &&= isAll;
      ways = ways.flatMap((way) => texts.map((value) => [...way, { condition, value }]));
      if (ways.length > MOST_WAYS) {
        complete = false;
        ways = ways.slice(0, MOST_WAYS);
      }
    }
    return { all: ways.map((way) => new ConditionValues(way)), complete };
  }

  /** None of them. */
  public anyValues(): ConditionValues {
    return new ConditionValues([]);
  }

  private valuesFor(condition: MatchCondition): KnownValues {
    const { match } = condition;
    if (!match.regex) return { texts: [match.value], complete: true };
    const { texts, complete } = memoized(this.known, nameOf(condition), () => this.samples(condition));
    return { texts: texts.filter((text) => match.matches(text)), complete };
  }

  /** Each exact value, and a text for each way in which patterns hold together on all other texts. */
  private samples(condition: MatchCondition): KnownValues {
    const same = this.byName.get(nameOf(condition)) ?? [condition];
    const exact = [...new Set(same.filter(({ match }) => !match.regex).map(({ match }) => match.value))];
    const patterns = new Map(
      same.filter(({ match }) => match.regex).map(({ match }) => [match.value, match]),
    );
    const isHeader = condition.of === 'header';
    const { texts, unsure } = sampleTexts(
      textsBut(exact, isHeader),
      [...patterns.values()].map(({ value: text, matches: spans, syntax = () => undefined }) =>
        readPattern({ text, spans, syntax }),
      ),
      isHeader ? HEADER_CHARS : QUERY_CHARS,
    );
    return { texts: [...texts, ...exact], complete: unsure.size === 0 };
  }
}

function nameOf({ of, name }: MatchCondition): string {
  return `${of} ${name}`;
}

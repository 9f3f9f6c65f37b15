import { YAMLException } from 'js-yaml';
import type { Node, YAMLMap } from 'yaml';
import type { TextPlace } from '../basics/problem';
import { parseWithPlaces, placingYaml } from './yaml-places';
import { keyAt } from './yaml-syntax-errors';

/** A key that stands in its mapping a second time. */
export interface RepeatedKey {
  readonly key: string;
  readonly place: TextPlace;
  /** Whether it is a key of the whole document. */
  readonly isTop: boolean;
}

export function isRepeatedKey(error: unknown): error is YAMLException {
  return error instanceof YAMLException && error.reason.startsWith('duplicated mapping key');
}

/** All repeated keys of a text; where they cannot be found, the one that js-yaml met. */
export function repeatedKeys(text: string, first: YAMLException): RepeatedKey[] {
  const { LineCounter, visit } = placingYaml();
  const lines = new LineCounter();
  const document = parseWithPlaces(text, lines);
  const found: RepeatedKey[] = [];
  if (document !== undefined) {
    visit(document, {
      Map(_, map) {
        for (const { text: key, offset } of repeatedIn(map)) {
          const { line, col } = lines.linePos(offset);
          found.push({ key, place: { line, column: col }, isTop: map === document.contents });
        }
      },
    });
  }
  if (found.length > 0) return found;
  const { line, column, position } = first.mark;
  return [{ key: keyAt(text, position), place: { line: line + 1, column: column + 1 }, isTop: column === 0 }];
}

function repeatedIn(map: YAMLMap): { readonly text: string; readonly offset: number }[] {
  const { isMap, isScalar } = placingYaml();
  if (!isMap(map)) return [];
  const seen = new Set<string>();
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const text = String(key.value);
    if (text === '<<') return []; // each merges
    if (!seen.has(text)) {
      seen.add(text);
      return [];
    }
    return [{ text, offset: (key as Node).range?.[0] ?? 0 }];
  });
}

import { annotatedPlaces } from './annotated-places';
import { OTHER_KEYS, POD_KEYS } from '../../linkerd/known-annotations';
import type { Rule } from '../rule';
import { nearest, quote } from '../../basics/words';
import { label } from '../../cluster/labels';

const KNOWN = [...POD_KEYS, ...OTHER_KEYS];

export const annotationUnknown: Rule = {
  id: 'annotation-unknown',
  formerIds: ['annotation-misspelt'],
  severity: 'error',
  title: 'A key looks like a Linkerd annotation but is not one.',
  check(cluster) {
    return annotatedPlaces(cluster).flatMap(({ source, path, entries }) =>
      Object.keys(entries).flatMap((key) => {
        const meant = meantBy(key);
        if (meant === undefined) return [];
        return [
          {
            object: source,
            path: [...path, key],
            text: `${label(cluster, source)} has ${quote(key)}, which Linkerd does not know; it knows ${quote(meant)}. Its value, ${quote(entries[key])}, has no effect.`,
            remedy: `write ${meant}`,
          },
        ];
      }),
    );
  },
};

/** A known key with a similar spelling, or with the same name and another prefix. */
function meantBy(key: string): string | undefined {
  const [prefix = '', name] = key.includes('/') ? splitKey(key) : ['', key];
  if (KNOWN.includes(key) || !isOfLinkerd(prefix, name)) return undefined;
  const sameName = POD_KEYS.find((known) => splitKey(known)[1] === name && known !== key);
  if (sameName !== undefined && prefix !== '') return sameName;
  return prefix === '' ? sameName : nearest(key, KNOWN);
}

function splitKey(key: string): [string, string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}

/** Most bare names are common words, so only those unique to Linkerd count. */
function isOfLinkerd(prefix: string, name: string | undefined): boolean {
  if (prefix === '')
    return ['default-inbound-policy', 'skip-inbound-ports', 'skip-outbound-ports'].includes(name ?? '');
  return (
    /l[a-z]{0,3}n[a-z]{0,2}kerd|linker/i.test(prefix) ||
    nearest(prefix, ['linkerd.io', 'config.linkerd.io']) !== undefined
  );
}

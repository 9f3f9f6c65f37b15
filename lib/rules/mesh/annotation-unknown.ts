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
  title: 'A key looks like an annotation of Linkerd, and is none.',
  check(cluster) {
    return annotatedPlaces(cluster).flatMap(({ source, path, entries }) =>
      Object.keys(entries).flatMap((key) => {
        const meant = meantBy(key);
        if (meant === undefined) return [];
        return [
          {
            object: source,
            path: [...path, key],
            text: `${label(cluster, source)} has ${quote(key)}, which Linkerd does not know; it knows ${quote(meant)}. What it was meant to set, here ${quote(entries[key])}, is not set.`,
            remedy: `write ${meant}`,
          },
        ];
      }),
    );
  },
};

/** A known key that is spelled alike, or has the same name under another prefix. */
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

/** Bare names are common words; only those that nothing but Linkerd has are looked at. */
function isOfLinkerd(prefix: string, name: string | undefined): boolean {
  if (prefix === '')
    return ['default-inbound-policy', 'skip-inbound-ports', 'skip-outbound-ports'].includes(name ?? '');
  return (
    /l[a-z]{0,3}n[a-z]{0,2}kerd|linker/i.test(prefix) ||
    nearest(prefix, ['linkerd.io', 'config.linkerd.io']) !== undefined
  );
}

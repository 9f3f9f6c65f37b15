import { annotatedPlaces } from './annotated-places';
import { keyMeant } from '../../linkerd/known-annotations';
import type { Rule } from '../rule';
import { quote } from '../../basics/words';
import { label } from '../../cluster/labels';

export const annotationUnknown: Rule = {
  id: 'annotation-unknown',
  formerIds: ['annotation-misspelt'],
  severity: 'error',
  title: 'A key looks like a Linkerd annotation but is not one.',
  check(cluster) {
    return annotatedPlaces(cluster).flatMap(({ source, path, entries }) =>
      Object.keys(entries).flatMap((key) => {
        const meant = keyMeant(key);
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

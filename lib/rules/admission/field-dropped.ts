import { writtenForm } from '../../cluster/stored-objects';
import { isFields } from '../../kubernetes/fields';
import type { Rule } from '../rule';
import { pathText, type Path } from '../../kubernetes/path';
import { didYouMean } from '../../basics/words';
import { label } from '../../cluster/labels';
import { POLICY_GROUP } from '../../kubernetes/kinds';
import { groupOf } from '../../kubernetes/references';

export const fieldDropped: Rule = {
  id: 'field-dropped',
  severity: 'error',
  title: 'A policy has a field that its API version lacks, so the API server drops it.',
  check(cluster) {
    return cluster.objects
      .filter(({ object }) => groupOf(object.apiVersion) === POLICY_GROUP)
      .flatMap((source) => {
        const written = writtenForm(source);
        return dropped(written.spec, source.object.spec, ['spec']).map(({ path, siblings }) => {
          const field = pathText(path);
          const isVersion = field === 'spec.accessPolicy';
          return {
            object: source,
            path,
            text: `${label(cluster, source)} has ${field}, which ${written.apiVersion} does not have: the API server drops it${isVersion ? ', and the Server denies as if it were not set' : ''}.`,
            remedy: isVersion
              ? `write apiVersion: ${POLICY_GROUP}/v1beta3`
              : `correct or remove the field${didYouMean(String(path.at(-1)), siblings)}`,
          };
        });
      });
  },
};

interface Dropped {
  readonly path: Path;
  readonly siblings: readonly string[];
}

/** Fields that the object had as written but lacks as stored. */
function dropped(written: unknown, stored: unknown, path: Path): Dropped[] {
  if (Array.isArray(written) && Array.isArray(stored)) {
    return written.flatMap((item, index) => dropped(item, stored[index], [...path, index]));
  }
  if (!isFields(written) || !isFields(stored)) return [];
  return Object.keys(written).flatMap((key) => {
    const place = [...path, key];
    // A dropped field may reappear with the default of the stored version.
    const isKept = Object.hasOwn(stored, key) && (isObject(written[key]) || stored[key] === written[key]);
    if (isKept) return dropped(written[key], stored[key], place);
    return written[key] === null ? [] : [{ path: place, siblings: Object.keys(stored) }];
  });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

import { valueAt } from '../kubernetes/fields';
import { complain, items, type AdmissionRule } from './rule';
import { POLICY_GROUP } from '../kubernetes/kinds';
import { referent, refersTo } from '../kubernetes/references';

const KINDS = [`${POLICY_GROUP}/HTTPLocalRateLimitPolicy`];

/** The controller counts in 32 bits. */
const MOST = 2 ** 32 - 1;

interface Limit {
  readonly path: string;
  readonly value: unknown;
}

function limits(spec: unknown): Limit[] {
  const fixed = ['total', 'identity'].map((part) => ({
    path: `spec.${part}.requestsPerSecond`,
    value: valueAt(spec, part, 'requestsPerSecond'),
  }));
  const overrides = items(valueAt(spec, 'overrides'), 'spec.overrides').map(({ value, path }) => ({
    path: `${path}.requestsPerSecond`,
    value: valueAt(value, 'requestsPerSecond'),
  }));
  return [...fixed, ...overrides].filter(({ value }) => value !== undefined);
}

export const RATE_LIMIT_RULES: readonly AdmissionRule[] = [
  {
    id: 'W32',
    kinds: KINDS,
    check: ({ spec }) => {
      const target = valueAt(spec, 'targetRef');
      if (refersTo(target, POLICY_GROUP, 'Server')) return [];
      return [complain('spec.targetRef', referent(target), `be ${POLICY_GROUP}/Server`)];
    },
  },
  {
    id: 'W33',
    kinds: KINDS,
    check: ({ spec }) =>
      limits(spec).flatMap(({ path, value }) => {
        const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST;
        return isCount ? [] : [complain(path, value, `be a whole number from 1 to ${MOST}`)];
      }),
  },
  {
    id: 'W34',
    kinds: KINDS,
    check: ({ spec }) => {
      const total = valueAt(spec, 'total', 'requestsPerSecond');
      if (typeof total !== 'number') return [];
      return limits(spec).flatMap(({ path, value }) =>
        typeof value === 'number' && value > total
          ? [complain(path, value, `be at most the total, ${total}`)]
          : [],
      );
    },
  },
  {
    id: 'W35',
    kinds: KINDS,
    check: ({ spec }) =>
      items(valueAt(spec, 'overrides'), 'spec.overrides').flatMap((override) =>
        items(valueAt(override.value, 'clientRefs'), `${override.path}.clientRefs`).flatMap(
          ({ value, path }) =>
            refersTo(value, 'core', 'ServiceAccount')
              ? []
              : [complain(path, referent(value), 'be core/ServiceAccount')],
        ),
      ),
  },
];

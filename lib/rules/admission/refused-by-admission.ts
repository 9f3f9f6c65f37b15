import type { Rule } from '../rule';
import type { Path } from '../../kubernetes/path';
import { label } from '../../cluster/labels';

export const refusedByAdmission: Rule = {
  id: 'refused-by-admission',
  severity: 'error',
  title: "The API server or Linkerd's webhook would refuse an object.",
  check(cluster) {
    return cluster.refused.flatMap(({ source, violations, inForce }) =>
      violations.map(({ rule, field, message, remedy }) => ({
        object: source,
        path: parsePath(field),
        text: `${label(cluster, source)} would be refused (${rule}): ${field} ${message}. ${
          inForce === undefined
            ? 'All other findings treat it as absent.'
            : `Its document at ${inForce.origin.file}:${inForce.origin.line} was accepted and stays in force.`
        }`,
        remedy,
      })),
    );
  },
};

/** `spec.networks[0].cidr` as a path. */
function parsePath(field: string): Path {
  return [...field.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => (index === undefined ? (quoted ?? name ?? '') : Number(index)),
  );
}

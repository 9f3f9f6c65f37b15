import { asList, asText, valueAt } from '../kubernetes/fields';
import { GATEWAY_GROUP, POLICY_GROUP } from '../kubernetes/kinds';
import { groupOf, refersTo } from '../kubernetes/references';
import { shortName, type SourceObject } from '../kubernetes/object';
import { compareText } from '../basics/collections';
import { ANYONE, EVERYWHERE, clientAuthorization, type ClientAuthorization } from './client-authorization';
import type { FindRefused } from './refused-objects';
import { asRefused, type MissingReference } from './unknown';

/** What is known of objects that the input does not have. */
interface KnownObjects {
  readonly isComplete: (kind: string, namespace: string) => boolean;
  readonly refused?: FindRefused;
}

/** The Servers and routes that policy objects of a namespace refer to, and that the input does not have. */
export function missingTargets(
  sources: readonly SourceObject[],
  namespace: string,
  { isComplete, refused }: KnownObjects,
): readonly MissingReference[] {
  const targets = sources.flatMap((from) =>
    targetsOf(from, namespace).map((target) => ({ from, ...target })),
  );
  if (targets.length === 0) return [];
  const known = new Set(
    sources.map(({ object }) => key(groupOf(object.apiVersion), object.kind, object.metadata.name)),
  );
  return targets
    .filter(({ group, kind, name }) => !known.has(key(group, kind, name)) && !isComplete(kind, namespace))
    .map(({ from, group, kind, name }) => ({
      from,
      kind,
      namespace,
      name,
      ...asRefused(refused?.(group, kind, namespace, name)),
    }))
    .sort((a, b) => compareText(shortName(a.from.object), shortName(b.from.object)));
}

/** A Server or route that is there, but not in the input, may let anyone into any port of its namespace. */
export function whatItMayGrant(to: MissingReference): ClientAuthorization {
  const authorization = clientAuthorization({ kind: 'object', source: to.from }, EVERYWHERE, ANYONE);
  return { ...authorization, given: [to] };
}

interface Target {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

function targetsOf({ object }: SourceObject, namespace: string): readonly Target[] {
  const { spec } = object;
  switch (object.kind) {
    case 'AuthorizationPolicy':
      return targetAt(valueAt(spec, 'targetRef'));
    case 'ServerAuthorization': {
      const name = asText(valueAt(spec, 'server', 'name'));
      return name === undefined ? [] : [{ group: POLICY_GROUP, kind: 'Server', name }];
    }
    case 'HTTPRoute':
    case 'GRPCRoute':
      return asList(valueAt(spec, 'parentRefs')).flatMap((parent) => {
        const name = asText(valueAt(parent, 'name'));
        const isForeign = (valueAt(parent, 'namespace') ?? namespace) !== namespace;
        if (name === undefined || isForeign || !refersTo(parent, POLICY_GROUP, 'Server')) return [];
        return [{ group: POLICY_GROUP, kind: 'Server', name }];
      });
    default:
      return [];
  }
}

const TARGETS = [
  [POLICY_GROUP, 'Server'],
  [POLICY_GROUP, 'HTTPRoute'],
  [GATEWAY_GROUP, 'HTTPRoute'],
  [GATEWAY_GROUP, 'GRPCRoute'],
] as const;

function targetAt(reference: unknown): readonly Target[] {
  const name = asText(valueAt(reference, 'name'));
  if (name === undefined) return [];
  return TARGETS.filter(([group, kind]) => refersTo(reference, group, kind)).map(([group, kind]) => ({
    group,
    kind,
    name,
  }));
}

/** Routes are referred to without regard to case (linkerd-policy 3.8). */
function key(group: string, kind: string, name: string): string {
  return kind === 'Server' ? `${group}/${kind}/${name}` : `${group}/${kind}/${name}`.toLowerCase();
}

import { PROXY_PORT_NAMES } from '../linkerd/ports';
import type { LabelSelector } from '../kubernetes/selector';
import type { Client } from './client';
import type { AuthorizationPlan, Conflict } from './authorization-plan';
import type { Declaration } from './declaration';
import { clientName, serverName } from './object-names';
import { findTies, findUnfit, limitedPlans, type LimitedPlan } from './limited-plans';
import { areDisjoint, selectorKey, selectsEverything } from './pod-selector';
import type { JailMode } from '../linkerd/default-policy';
import { inspect } from './problems';
import { ProxyProtocol } from './proxy-protocol';
import { compareText, groupBy, memoized } from '../basics/collections';

/** Everything declared about one port of the same pods: one Server and who may use it. */
export interface ServerPlan {
  readonly port: number | string;
  readonly selector: LabelSelector;
  readonly name: string;
  readonly protocol: ProxyProtocol;
  readonly mode: JailMode;
  /** Whether the whole namespace may use it. */
  readonly isNamespaceWide: boolean;
  readonly rules: readonly AuthorizationPlan[];
  /** Who may make some requests to it. */
  readonly limited: readonly LimitedPlan[];
  readonly declarations: readonly Declaration[];
}

export interface Merged {
  readonly entries: readonly ServerPlan[];
  readonly conflicts: readonly Conflict[];
}

/** Merges all declarations of a namespace, in any order, into one entry per Server, sorted. */
export function mergeDeclarations(
  declarations: readonly Declaration[],
  namespace: string,
  mode: JailMode,
): Merged {
  const conflicts: Conflict[] = [];
  const groups = groupBy(
    declarations,
    ({ port, selector }) => `${typeof port} ${port} ${selectorKey(selector)}`,
  );
  const entries = [...groups.values()].map((group) => mergeGroup(group, namespace, mode, conflicts));
  entries.sort(byRank);
  findOverlaps(entries, declarations, conflicts);
  findSharedNames(entries, declarations, conflicts);
  return { entries, conflicts };
}

function mergeGroup(
  group: readonly Declaration[],
  namespace: string,
  mode: JailMode,
  conflicts: Conflict[],
): ServerPlan {
  const first = group[0] as Declaration;
  const protocol = agreed(group, 'protocol', conflicts, 'leave it out in one, or give both the same value');
  const name = agreed(group, 'name', conflicts, 'a Server has one name; leave it out in one of them');
  const stated = agreed(group, 'mode', conflicts, 'leave it out in one, or give both the same value');
  findOpenAndNarrow(group, namespace, conflicts);
  const server = name ?? serverName(first.port, first.selector);
  const limited = limitedPlans(group, server, namespace);
  if (limited.length > 0) {
    findUnfit(limited, protocol ?? ProxyProtocol.UNKNOWN, conflicts);
    findTies(limited, [], conflicts);
  }
  return {
    port: first.port,
    selector: first.selector,
    name: server,
    protocol: protocol ?? ProxyProtocol.UNKNOWN,
    mode: stated ?? mode,
    isNamespaceWide: group.some((declaration) => opensToNamespace(declaration, namespace)),
    rules: rulesOf(group, server, namespace, conflicts),
    limited,
    declarations: group,
  };
}

/** The value that the declarations agree on; a second, different one is a conflict. */
function agreed<Field extends 'protocol' | 'name' | 'mode'>(
  group: readonly Declaration[],
  field: Field,
  conflicts: Conflict[],
  remedy: string,
): Declaration[Field] | undefined {
  if (group.length === 1) return group[0]?.[field];
  const [first, ...others] = group.filter((declaration) => declaration[field] !== undefined);
  for (const other of others) {
    if (first === undefined || other[field] === first[field]) continue;
    const rule = `port ${inspect(other.port)} has ${field} ${inspect(first[field])} at ${place(first)}`;
    conflicts.push(conflict(other, field, other[field], rule, remedy));
  }
  return first?.[field];
}

function opensToNamespace({ access }: Declaration, namespace: string): boolean {
  if (access.requests !== undefined) return false;
  return access.kind === 'namespace' || access.clients.some((client) => isOwnNamespace(client, namespace));
}

function isOwnNamespace(client: Client, namespace: string): boolean {
  return (
    client._who.kind === 'namespace' && client._who.namespace === namespace && client._networks.length === 0
  );
}

/** One declaration restricts the port to some clients, another opens it to the namespace: one must be a mistake. */
function findOpenAndNarrow(group: readonly Declaration[], namespace: string, conflicts: Conflict[]): void {
  const open = group.find(({ access }) => access.kind === 'namespace');
  const narrow = group.find(
    (declaration) => declaration.access.kind === 'clients' && !opensToNamespace(declaration, namespace),
  );
  if (open === undefined || narrow === undefined) return;
  const [earlier, later] = group.indexOf(open) < group.indexOf(narrow) ? [open, narrow] : [narrow, open];
  const rule = `port ${inspect(later.port)} is restricted to clients in one place and open to the whole namespace in another (${place(earlier)})`;
  const remedy = 'declare the port once, and add other clients as exceptions';
  conflicts.push(conflict(later, 'clients', clientNames(later), rule, remedy));
}

function rulesOf(
  group: readonly Declaration[],
  server: string,
  namespace: string,
  conflicts: Conflict[],
): AuthorizationPlan[] {
  const rules = new Map<string, AuthorizationPlan>();
  for (const declaration of group) {
    const { access } = declaration;
    if (access.kind === 'namespace' || access.requests !== undefined) continue;
    const named = access.kind === 'exception' ? access.name : undefined;
    for (const client of access.clients) {
      if (isOwnNamespace(client, namespace)) continue;
      const label = clientName(client, namespace);
      const name =
        named === undefined
          ? `${server}-${label}`
          : access.clients.length === 1
            ? named
            : `${named}-${label}`;
      const key = JSON.stringify([client._who, client._networks]);
      const known = rules.get(key);
      if (known !== undefined && known.isNamed && named !== undefined && known.name !== name) {
        const rule = `the same clients of port ${inspect(declaration.port)} already have the authorization ${inspect(known.name)} at ${place(known.declaration)}`;
        conflicts.push(conflict(declaration, 'name', named, rule, 'remove one of them'));
      }
      if (known === undefined || (named !== undefined && !known.isNamed)) {
        rules.set(key, { name, client, isNamed: named !== undefined, declaration });
      }
    }
  }
  return [...rules.values()].sort((a, b) => compareText(a.name, b.name));
}

/** Two Servers on one port of one pod: Linkerd takes the older one, so the outcome would be chance. */
function findOverlaps(
  entries: readonly ServerPlan[],
  declarations: readonly Declaration[],
  conflicts: Conflict[],
): void {
  const byPort = new Map<number | string, ServerPlan[]>();
  for (const entry of entries) {
    const others = memoized(byPort, entry.port, () => []);
    for (const other of others) {
      if (areDisjoint(entry.selector, other.selector)) continue;
      const [declaration, earlier] = laterOf(entry, other, declarations);
      const rule = `port ${inspect(entry.port)} is also declared for ${
        selectsEverything(earlier.selector) ? 'every pod' : `pods with ${inspect(earlier.selector)}`
      } at ${place(earlier)}, and a pod may match both`;
      const remedy = 'give both the same podSelector, or ones that no pod can match at once';
      conflicts.push(conflict(declaration, 'podSelector', declaration.selector, rule, remedy));
    }
    others.push(entry);
  }
}

/** Two objects of one kind and name would be one object in the cluster: the second would overwrite the first. */
function findSharedNames(
  entries: readonly ServerPlan[],
  declarations: readonly Declaration[],
  conflicts: Conflict[],
): void {
  const servers = new Map<string, ServerPlan>();
  const authorizations = new Map<string, Declaration>();
  const routes = new Map<string, Declaration>();
  const remedy = 'give one of them another `name`';
  const claim = (name: string, declaration: Declaration): void => {
    const holder = authorizations.get(name);
    if (holder === undefined && name !== 'ns-only') authorizations.set(name, declaration);
    else {
      const where = holder === undefined ? "of the namespace's own clients" : `(${place(holder)})`;
      const rule = `another authorization in the namespace has this name ${where}`;
      conflicts.push(conflict(declaration, 'name', name, rule, remedy));
    }
  };
  for (const entry of entries) {
    const other = servers.get(entry.name);
    if (other === undefined) servers.set(entry.name, entry);
    else {
      const [declaration, earlier] = laterOf(entry, other, declarations);
      const rule = `another Server in the namespace has this name (${place(earlier)})`;
      conflicts.push(conflict(declaration, 'name', entry.name, rule, remedy));
    }
    if (entry.isNamespaceWide) claim(`${entry.name}-ns-only`, entry.declarations[0] as Declaration);
    for (const { name, declaration } of entry.rules) claim(name, declaration);
    for (const plan of entry.limited) {
      const declaration = plan.declarations[0] as Declaration;
      const other = routes.get(plan.name);
      routes.set(plan.name, declaration);
      if (other !== undefined) {
        const rule = `another route in the namespace has this name (${place(other)})`;
        conflicts.push(conflict(declaration, 'name', plan.name, rule, remedy));
      }
      for (const { name, declaration } of plan.rules) claim(name, declaration);
    }
  }
}

/** Of two entries, the declaration that came last, and one of the other entry. */
function laterOf(
  a: ServerPlan,
  b: ServerPlan,
  declarations: readonly Declaration[],
): [Declaration, Declaration] {
  const lastA = a.declarations.at(-1) as Declaration;
  const lastB = b.declarations.at(-1) as Declaration;
  return declarations.indexOf(lastA) >= declarations.indexOf(lastB) ? [lastA, lastB] : [lastB, lastA];
}

function conflict(
  declaration: Declaration,
  field: string,
  received: unknown,
  message: string,
  remedy: string,
): Conflict {
  const path = declaration.field === '' ? field : `${declaration.field}.${field}`;
  return { declaration, problem: { field: path, received, message, remedy } };
}

function place(declaration: Declaration): string {
  return declaration.field === ''
    ? `'${declaration.by.node.path}'`
    : `${declaration.field} of '${declaration.by.node.path}'`;
}

function clientNames({ access }: Declaration): unknown {
  return access.kind === 'namespace' ? undefined : access.clients.map(String);
}

/** The proxy's own port first, as in Linkerd's guide; then by name. */
function byRank(a: ServerPlan, b: ServerPlan): number {
  const admin = Number(b.port === PROXY_PORT_NAMES.admin) - Number(a.port === PROXY_PORT_NAMES.admin);
  return admin === 0 ? compareText(a.name, b.name) : admin;
}

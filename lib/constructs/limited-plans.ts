import { compareText, groupBy } from '../basics/collections';
import type { Declaration } from './declaration';
import { clientName, slug } from './object-names';
import { patternText } from './path-pattern';
import { routeCells, type RequestRule, type RouteCells } from './route-cells';
import type { AuthorizationPlan, Conflict } from './authorization-plan';

/** Admits clients to some requests of one port. */
export interface LimitedPlan {
  /** The route's name, where its requests are no other plan's too. */
  readonly name: string;
  readonly requests: RequestRule;
  readonly rules: readonly AuthorizationPlan[];
  readonly declarations: readonly Declaration[];
}

const NONE: LimitedPlan[] = [];

/** The plans of a port, sorted by name; exceptions for the same requests are one plan. */
export function limitedPlans(
  group: readonly Declaration[],
  server: string,
  namespace: string,
): LimitedPlan[] {
  const limited = group.filter(({ access }) => access.requests !== undefined);
  if (limited.length === 0) return NONE;
  const groups = groupBy(limited, ({ access }) =>
    JSON.stringify([requestWords(access.requests), access.name]),
  );
  return [...groups.values()]
    .map((declarations) => limitedPlan(declarations, server, namespace))
    .sort((a, b) => compareText(a.name, b.name));
}

function limitedPlan(declarations: readonly Declaration[], server: string, namespace: string): LimitedPlan {
  const { access } = declarations[0] as Declaration;
  const requests = access.requests as RequestRule;
  const name = access.name ?? slug([server, ...requestWords(requests).map(nameWord)].join('-'));
  const rules = new Map<string, AuthorizationPlan>();
  for (const declaration of declarations) {
    const { clients } = declaration.access;
    for (const client of clients) {
      const isAlone = access.name !== undefined && clients.length === 1 && declarations.length === 1;
      const label = isAlone ? name : slug(`${name}-${clientName(client, namespace)}`);
      const key = JSON.stringify([client._who, client._networks]);
      if (!rules.has(key))
        rules.set(key, { name: label, client, isNamed: access.name !== undefined, declaration });
    }
  }
  return { name, requests, rules: [...rules.values()], declarations };
}

/** The paths and methods, in one order. */
function requestWords(requests: RequestRule | undefined): string[] {
  const paths = (requests?.paths ?? []).map(patternText).filter((text) => text !== '/*');
  return [...(requests?.methods ?? []).map((method) => method.toLowerCase()).sort(), ...paths.sort()];
}

/** `/metrics` as `metrics`, `/api/*` as `api-all`; whatever has other characters is left to be told apart by its hash. */
function nameWord(text: string): string {
  const plain = text.replace(/^\//, '');
  return /^[a-z0-9./]+(?:\/\*)?$/.test(plain) ? plain.replace(/\*$/, 'all').replaceAll('/', '-') : plain;
}

/** What is wrong with the plans of one port together. */
export function findTies(
  plans: readonly LimitedPlan[],
  probePaths: readonly string[],
  conflicts: Conflict[],
): void {
  const { cells, ties } = cellsOf(plans, probePaths);
  for (const { rules, matches } of cells) {
    const declaration = plans[rules[0] ?? 0]?.declarations[0];
    if (declaration === undefined || matches.length <= MOST_MATCHES) continue;
    const field = declaration.field === '' ? 'paths' : `${declaration.field}.paths`;
    const message = `needs ${matches.length} matches, and a route holds ${MOST_MATCHES}`;
    const received = declaration.access.requests?.paths.length;
    conflicts.push({
      declaration,
      problem: { field, received, message, remedy: 'use paths that end in "/*"' },
    });
  }
  for (const { exact, prefix, method } of ties) {
    const plan = plans.find(({ requests }) =>
      requests.paths.some((path) => patternText(path) === patternText(prefix)),
    );
    const declaration = plan?.declarations[0];
    if (declaration === undefined) continue;
    const requests = method === undefined ? 'requests' : `${method} requests`;
    const rule = `${requests} to ${exact.value} are also meant by the path ${patternText(exact)} of another exception or probe, and Linkerd ranks the two alike, so the older route would win`;
    const field = declaration.field === '' ? 'paths' : `${declaration.field}.paths`;
    const remedy = 'give both the same clients and methods, or list the paths below it one by one';
    conflicts.push({ declaration, problem: { field, received: patternText(prefix), message: rule, remedy } });
  }
}

/** The routes that plans and probes make together; the probes, if any, are the last rule. */
export function cellsOf(
  plans: readonly LimitedPlan[],
  probePaths: readonly string[],
): ReturnType<typeof routeCells> {
  const probes: RequestRule = {
    paths: probePaths.map((value) => ({ type: 'Exact', value })),
    methods: ['GET'],
  };
  return routeCells([...plans.map(({ requests }) => requests), ...(probePaths.length === 0 ? [] : [probes])]);
}

/** What the port's protocol has to say about limits on its requests. */
export function findUnfit(plans: readonly LimitedPlan[], protocol: string, conflicts: Conflict[]): void {
  for (const { declarations } of plans) {
    for (const declaration of declarations) {
      const { requests } = declaration.access;
      if (requests === undefined) continue;
      const at = declaration.field === '' ? '' : `${declaration.field}.`;
      const refuse = (field: string, received: unknown, message: string, remedy: string): void => {
        conflicts.push({ declaration, problem: { field: `${at}${field}`, received, message, remedy } });
      };
      const texts = requests.paths.map(patternText);
      if (protocol === 'opaque' || protocol === 'TLS') {
        const rule = `the port speaks ${protocol}, into which the proxy does not look`;
        refuse(
          requests.methods.length > 0 ? 'methods' : 'paths',
          texts,
          rule,
          'leave it out, or give the port an HTTP protocol',
        );
      }
      if (protocol === 'gRPC' && requests.methods.length > 0) {
        refuse(
          'methods',
          requests.methods,
          'a gRPC port has services and methods in `paths`',
          'leave it out',
        );
      }
    }
  }
}

/** The name of the route for requests that several plans admit to. */
export function limitedRouteName(
  { rules }: RouteCells,
  plans: readonly LimitedPlan[],
  server: string,
): string {
  const names = rules.map((index) => plans[index]?.name ?? `${server}-probes`);
  return names.length === 1 ? (names[0] as string) : slug(names.join('-and-'));
}

/** A route has 16 rules of 8 matches (linkerd-policy 1.8). */
export const MATCHES_OF_A_RULE = 8;
const MOST_MATCHES = 16 * MATCHES_OF_A_RULE;
